// SPDX-License-Identifier: Apache-2.0
// Property: any text parses within the limits or fails with a place inside of the text; what
// parses compiles, or says why not.
#include "base/check.h"
#include "protocols/xray/filter_compiler.h"
#include "protocols/xray/filter_expression.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto expression = tracery::xray::parse_filter(text);
  if (!expression.ok()) {
    const std::string& message = expression.error().message;
    const std::size_t at = message.rfind(" at position ");
    TRACERY_CHECK(at != std::string::npos);
    TRACERY_CHECK(std::stoull(message.substr(at + 13)) <= size + 1);
    return 0;
  }
  TRACERY_CHECK(expression->position <= size);
  const auto condition = tracery::xray::compile_filter(*expression, {});
  TRACERY_CHECK(condition.ok() || !condition.error().message.empty());
  const auto selector = tracery::xray::parse_entity_selector(text);
  TRACERY_CHECK(!selector.ok() || selector->operands.size() <= 1);
  return 0;
}
