// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

#include "checking_sink.h"
#include "protocols/honeycomb/event_decoder.h"

namespace tracery::fuzz {

/// Any bytes decode into whole events, the same on replay, or fail with an Error; a batch tells of
/// every entry, and as many events are written as entries are taken.
inline void check_honeycomb(honeycomb::Format format, std::string_view body) {
  honeycomb::EventContext context{.dataset = "d", .now_ns = 1};
  context.expand_json_depth = body.size() % 3;
  CheckingSink one;
  const bool is_event = honeycomb::decode_event(body, format, context, one).ok();
  TRACERY_CHECK(!one.is_open() && one.events() == (is_event ? 1U : 0U));

  CheckingSink first;
  CheckingSink second;
  const auto outcome = honeycomb::decode_batch(body, format, context, first);
  const auto again = honeycomb::decode_batch(body, format, context, second);
  TRACERY_CHECK(outcome.ok() == again.ok());
  TRACERY_CHECK(first.digest() == second.digest() && !first.is_open());
  if (!outcome.ok()) return;
  const auto taken = std::count_if(outcome->entries.begin(), outcome->entries.end(),
                                   [](const auto& entry) { return entry.status == 202; });
  TRACERY_CHECK(first.events() == outcome->accepted);
  TRACERY_CHECK(static_cast<std::size_t>(taken) == outcome->accepted);
  honeycomb::encode_batch_response(*outcome, format);
}

}  // namespace tracery::fuzz
