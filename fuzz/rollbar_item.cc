// SPDX-License-Identifier: Apache-2.0
// Property: any bytes are one whole event, the same on replay, or an Error; grouping them and
// reading them as a stack trace ends.
#include "base/check.h"
#include "checking_sink.h"
#include "protocols/rollbar/item_decoder.h"
#include "protocols/rollbar/stack_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tracery;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const rollbar::ItemContext context{.id = 1, .uuid = "u", .remote_ip = "10.1.2.3"};
  fuzz::CheckingSink first;
  fuzz::CheckingSink second;
  const bool is_item = rollbar::decode_item(body, "p", context, 1, first).ok();
  TRACERY_CHECK(is_item == rollbar::decode_item(body, "p", context, 1, second).ok());
  TRACERY_CHECK(first.digest() == second.digest() && !first.is_open());
  TRACERY_CHECK(first.events() == (is_item ? 1U : 0U));
  if (is_item) {
    const auto report = rollbar::read_report(body);
    TRACERY_CHECK(!rollbar::grouping_text(*report).empty());
    TRACERY_CHECK(rollbar::title_of(*report).size() <= 255);
  }
  TRACERY_CHECK(!rollbar::read_stack_text(body, "E", "m").empty());
  if (const auto read = rollbar::ItemContext::decode(body)) {
    TRACERY_CHECK(rollbar::ItemContext::decode(read->encode())->encode() == read->encode());
  }
  return 0;
}
