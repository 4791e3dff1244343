// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_extract.h"

#include <algorithm>
#include <utility>

#include "protocols/cwlogs/insights_regex.h"

namespace tracery::cwlogs {
namespace {

using query::Datum;
using query::TextArena;

void put_captures(const std::vector<std::string_view>& captures, Datum* out) {
  for (std::size_t i = 0; i < captures.size(); ++i) {
    if (captures[i].data() != nullptr) out[i] = Datum::text(captures[i]);
  }
}

Result<FieldExtractor> make_regex_extractor(const ParseCommand& parse) {
  auto regex = QueryRegex::compile(parse.pattern);
  if (!regex.ok()) {
    return Error{ErrorCode::kInvalid, "invalid regular expression: " + regex.error().message};
  }
  FieldExtractor extractor;
  extractor.names = parse.names.empty() ? regex->names() : parse.names;
  if (extractor.names.empty() || extractor.names.size() != regex->groups()) {
    return Error{ErrorCode::kInvalid, "regular expression needs a named group for each field"};
  }
  extractor.function = [regex = *std::move(regex)](const Datum& source, TextArena& texts,
                                                   Datum* out) {
    thread_local std::vector<std::string_view> captures;
    if (source.is_null()) return;
    if (regex.extract(query::text_of(source, texts), captures)) put_captures(captures, out);
  };
  return extractor;
}

}  // namespace

bool match_glob(std::string_view pattern, std::string_view text,
                std::vector<std::string_view>& captures) {
  captures.clear();
  std::size_t star = pattern.find('*');
  const std::size_t start = text.find(pattern.substr(0, star));
  if (start == std::string_view::npos) return false;
  if (star == std::string_view::npos) return true;
  text.remove_prefix(start + star);
  while (star != std::string_view::npos) {
    const std::size_t next = pattern.find('*', star + 1);
    const std::string_view literal = pattern.substr(star + 1, next - star - 1);
    const bool is_rest = literal.empty() && next == std::string_view::npos;
    const std::size_t end = is_rest ? text.size() : text.find(literal);
    if (end == std::string_view::npos) return false;
    captures.push_back(text.substr(0, end));
    text.remove_prefix(end + literal.size());
    star = next;
  }
  return true;
}

Result<FieldExtractor> make_extractor(const ParseCommand& parse) {
  if (parse.is_regex) return make_regex_extractor(parse);
  const auto stars = std::count(parse.pattern.begin(), parse.pattern.end(), '*');
  if (static_cast<std::size_t>(stars) != parse.names.size()) {
    return Error{ErrorCode::kInvalid, "parse needs as many names as there are * in its pattern"};
  }
  FieldExtractor extractor;
  extractor.names = parse.names;
  extractor.function = [pattern = parse.pattern](const Datum& source, TextArena& texts,
                                                 Datum* out) {
    thread_local std::vector<std::string_view> captures;
    if (source.is_null()) return;
    if (match_glob(pattern, query::text_of(source, texts), captures)) put_captures(captures, out);
  };
  return extractor;
}

}  // namespace tracery::cwlogs
