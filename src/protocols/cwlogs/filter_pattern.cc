// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/filter_pattern.h"

#include "protocols/cwlogs/fields_pattern.h"
#include "protocols/cwlogs/json_pattern.h"
#include "protocols/cwlogs/pattern_cursor.h"
#include "protocols/cwlogs/text_pattern.h"

namespace tracery::cwlogs {
namespace {

constexpr std::size_t kRegexesMax = 2;

Result<std::shared_ptr<const PatternMatcher>> parse_kind(PatternCursor& cursor) {
  if (cursor.peek() == '{') return parse_json_pattern(cursor);
  if (cursor.peek() == '[') return parse_fields_pattern(cursor);
  return parse_text_pattern(cursor);
}

}  // namespace

std::vector<ExtractedValue> PatternMatcher::extract(std::string_view) const { return {}; }

Result<FilterPattern> FilterPattern::parse(std::string_view text) {
  FilterPattern pattern;
  PatternCursor cursor(text);
  cursor.skip_blanks();
  if (cursor.at_end()) return pattern;
  const std::size_t start = cursor.offset();
  pattern.matcher_ = TRACERY_TRY(parse_kind(cursor));
  cursor.skip_blanks();
  if (!cursor.at_end()) return cursor.fail("unexpected text");
  if (pattern.regexes() > kRegexesMax) {
    return PatternCursor::fail_at(start, "more than 2 regular expressions");
  }
  return pattern;
}

std::vector<ExtractedValue> FilterPattern::extract(std::string_view message) const {
  return matcher_ == nullptr ? std::vector<ExtractedValue>() : matcher_->extract(message);
}

std::vector<std::string> FilterPattern::required_words() const {
  return matcher_ == nullptr ? std::vector<std::string>() : matcher_->required_words();
}

std::vector<std::string> FilterPattern::required_texts() const {
  return matcher_ == nullptr ? std::vector<std::string>() : matcher_->required_texts();
}

}  // namespace tracery::cwlogs
