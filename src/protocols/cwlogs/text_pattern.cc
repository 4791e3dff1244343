// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/text_pattern.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text_search.h"
#include "protocols/cwlogs/pattern_regex.h"

namespace tracery::cwlogs {
namespace {

struct Term {
  enum class Role : std::uint8_t { kRequired, kExcluded, kOptional };
  Role role = Role::kRequired;
  bool is_word = false;  ///< No letter or digit may stand beside it.
  std::string text;
  std::optional<PatternRegex> regex;
};

bool has_word(std::string_view message, std::string_view word) {
  for (std::size_t at = message.find(word); at != std::string_view::npos;
       at = message.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool starts = at == 0 || !is_alphanumeric(message[at - 1]);
    const bool ends = end == message.size() || !is_alphanumeric(message[end]);
    if (starts && ends) return true;
  }
  return false;
}

bool occurs(const Term& term, std::string_view message) {
  if (term.regex) return term.regex->matches(message);
  if (term.is_word) return has_word(message, term.text);
  return contains_text(message, term.text);
}

class TextPattern final : public PatternMatcher {
 public:
  explicit TextPattern(std::vector<Term> terms) : terms_(std::move(terms)) {
    any_of_ = std::all_of(terms_.begin(), terms_.end(),
                          [](const Term& term) { return term.role == Term::Role::kOptional; });
    if (any_of_) return;
    // Optional terms count only where there are no others.
    std::erase_if(terms_, [](const Term& term) { return term.role == Term::Role::kOptional; });
  }

  bool matches(std::string_view message) const override {
    const auto holds = [&](const Term& term) {
      return occurs(term, message) != (term.role == Term::Role::kExcluded);
    };
    return any_of_ ? std::any_of(terms_.begin(), terms_.end(), holds)
                   : std::all_of(terms_.begin(), terms_.end(), holds);
  }

  std::vector<std::string> required_texts() const override {
    return required([](const Term&) { return true; });
  }

  std::vector<std::string> required_words() const override {
    return required([](const Term& term) { return term.is_word; });
  }

  std::size_t regexes() const override {
    return static_cast<std::size_t>(std::count_if(
        terms_.begin(), terms_.end(), [](const Term& term) { return term.regex.has_value(); }));
  }

 private:
  template <typename Wanted>
  std::vector<std::string> required(const Wanted& wanted) const {
    std::vector<std::string> texts;
    const bool all_needed = !any_of_ || terms_.size() == 1;
    for (const Term& term : terms_) {
      if (all_needed && !term.regex && term.role != Term::Role::kExcluded && wanted(term)) {
        texts.push_back(term.text);
      }
    }
    return texts;
  }

  std::vector<Term> terms_;
  bool any_of_ = false;
};

bool is_word_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '_'; });
}

Result<Term> parse_term(PatternCursor& cursor) {
  Term term;
  if (cursor.take("-")) {
    term.role = Term::Role::kExcluded;
  } else if (cursor.take("?")) {
    term.role = Term::Role::kOptional;
  }
  const std::size_t start = cursor.offset();
  if (cursor.peek() == '"') {
    term.text = TRACERY_TRY(cursor.take_quoted());
  } else if (cursor.peek() == '%') {
    std::size_t offset = 0;
    auto regex = PatternRegex::compile(TRACERY_TRY(cursor.take_regex()), &offset);
    if (!regex.ok()) return PatternCursor::fail_at(start + 1 + offset, regex.error().message);
    term.regex = *std::move(regex);
  } else {
    term.is_word = true;
    term.text = cursor.take_until(" \t\r\n");
    if (term.text.empty()) return PatternCursor::fail_at(start, "expected a term");
    if (!is_word_text(term.text)) {
      return Error{ErrorCode::kInvalid, "Invalid character(s) in term '" + term.text + "'"};
    }
  }
  if (!cursor.at_end() && cursor.take_until(" \t\r\n").size() != 0) {
    return PatternCursor::fail_at(start, "expected a blank after the term");
  }
  return term;
}

}  // namespace

Result<std::shared_ptr<const PatternMatcher>> parse_text_pattern(PatternCursor& cursor) {
  std::vector<Term> terms;
  for (cursor.skip_blanks(); !cursor.at_end(); cursor.skip_blanks()) {
    terms.push_back(TRACERY_TRY(parse_term(cursor)));
  }
  return std::shared_ptr<const PatternMatcher>(std::make_shared<TextPattern>(std::move(terms)));
}

}  // namespace tracery::cwlogs
