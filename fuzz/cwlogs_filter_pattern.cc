// SPDX-License-Identifier: Apache-2.0
// Property: any text is a pattern or says what is wrong; a pattern judges any message, and what it
// says a match must hold is there. The first line is the pattern, the rest the message.
#include "base/check.h"
#include "protocols/cwlogs/filter_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view message = text.substr(std::min(line + 1, text.size()));
  const auto pattern = tracery::cwlogs::FilterPattern::parse(text.substr(0, line));
  if (!pattern.ok()) {
    TRACERY_CHECK(pattern.error().message.starts_with("Invalid "));
    return 0;
  }
  if (!pattern->matches(message)) return 0;
  for (const auto& required : pattern->required_texts()) {
    TRACERY_CHECK(message.find(required) != std::string_view::npos);
  }
  for (const auto& value : pattern->extract(message)) TRACERY_CHECK(value.name.starts_with("$"));
  return 0;
}
