// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_regex.h"

#include <algorithm>

#include <re2/re2.h>

#include "base/text_search.h"

namespace tracery::cwlogs {
namespace {

re2::StringPiece piece_of(std::string_view text) { return {text.data(), text.size()}; }

/// RE2 of this age knows named groups as `(?P<n>…)` only.
std::string with_python_names(std::string_view pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      text += pattern[i++];
    } else if (pattern.substr(i).starts_with("(?<") && !pattern.substr(i).starts_with("(?<=") &&
               !pattern.substr(i).starts_with("(?<!")) {
      text += "(?P";
      i += 2;
    }
    text += pattern[i];
  }
  return text;
}

bool is_repeat(char c) { return c == '*' || c == '?' || c == '{' || c == '+'; }

/// Skips what starts at a bracket; the offset after its end.
std::size_t skip_class(std::string_view pattern, std::size_t at) {
  std::size_t i = at + 1;
  if (i < pattern.size() && pattern[i] == '^') ++i;
  if (i < pattern.size() && pattern[i] == ']') ++i;
  for (; i < pattern.size() && pattern[i] != ']'; ++i) {
    if (pattern[i] == '\\') ++i;
    if (pattern.substr(i).starts_with("[:")) i = pattern.find(":]", i) + 1;
  }
  return i + 1;
}

std::size_t skip_group(std::string_view pattern, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '[') {
      i = skip_class(pattern, i) - 1;
    } else if (pattern[i] == '(') {
      ++depth;
    } else if (pattern[i] == ')' && --depth == 0) {
      return i + 1;
    }
  }
  return pattern.size();
}

}  // namespace

std::string required_text_of(std::string_view pattern) {
  std::string best;
  std::string run;
  const auto end_run = [&] {
    if (run.size() > best.size()) best = run;
    run.clear();
  };
  for (std::size_t i = 0; i < pattern.size();) {
    char c = pattern[i];
    if (c == '|') return {};
    if (c == '(' && pattern.substr(i).starts_with("(?") && !pattern.substr(i).starts_with("(?:") &&
        !pattern.substr(i).starts_with("(?P<") && !pattern.substr(i).starts_with("(?<")) {
      return {};
    }
    bool is_literal = false;
    std::size_t next = i + 1;
    if (c == '\\' && next < pattern.size()) {
      c = pattern[next++];
      // Punctuation stands for itself; letters and digits are classes, places, codes.
      is_literal =
          std::string_view(".*+?()[]{}|\\^$/-_:;,\"'@#%&=<>!~ ").find(c) != std::string_view::npos;
      if (c == 'Q' || c == 'x' || c == 'p' || c == 'P' || (c >= '0' && c <= '9')) return {};
    } else if (c == '[') {
      next = skip_class(pattern, i);
    } else if (c == '(') {
      next = skip_group(pattern, i);
    } else {
      // A repeat after a character beyond ASCII would be of all its bytes.
      is_literal = static_cast<unsigned char>(c) < 0x80 &&
                   std::string_view(".^$)*+?{}]").find(c) == std::string_view::npos;
    }
    const bool repeats = next < pattern.size() && is_repeat(pattern[next]);
    if (is_literal && !repeats) {
      run += c;
    } else {
      end_run();
      // What a count in braces holds is no text of the pattern.
      if (repeats && pattern[next] == '{') next = std::min(pattern.find('}', next), pattern.size());
    }
    i = next;
  }
  end_run();
  return best;
}

Result<QueryRegex> QueryRegex::compile(std::string_view pattern) {
  const std::string text = with_python_names(pattern);
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(4 << 20);
  auto regex = std::make_shared<const re2::RE2>(text, options);
  if (!regex->ok()) return Error{ErrorCode::kInvalid, regex->error()};
  QueryRegex compiled;
  for (const auto& [number, name] : regex->CapturingGroupNames()) {
    compiled.names_.push_back(name);
    compiled.numbers_.push_back(number);
  }
  if (compiled.names_.empty()) {
    for (int i = 1; i <= regex->NumberOfCapturingGroups(); ++i) compiled.numbers_.push_back(i);
  }
  compiled.required_ = required_text_of(text);
  compiled.regex_ = std::move(regex);
  return compiled;
}

bool QueryRegex::matches(std::string_view text) const {
  if (!required_.empty() && !contains_text(text, required_)) return false;
  return re2::RE2::PartialMatch(piece_of(text), *regex_);
}

bool QueryRegex::extract(std::string_view text, std::vector<std::string_view>& groups) const {
  groups.assign(numbers_.size(), {});
  if (!required_.empty() && !contains_text(text, required_)) return false;
  const int count = regex_->NumberOfCapturingGroups() + 1;
  std::vector<re2::StringPiece> found(static_cast<std::size_t>(count));
  if (!regex_->Match(piece_of(text), 0, text.size(), re2::RE2::UNANCHORED, found.data(), count)) {
    return false;
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const re2::StringPiece& piece = found[static_cast<std::size_t>(numbers_[i])];
    groups[i] = {piece.data(), piece.size()};
  }
  return true;
}

}  // namespace tracery::cwlogs
