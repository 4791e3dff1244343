// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/event_sink.h"
#include "protocols/rollbar/grouping.h"
#include "protocols/rollbar/report.h"

namespace tracery::rollbar {

/// What was decided of an occurrence when it came, besides its body; written to the log with it.
struct ItemContext {
  std::int64_t id = 0;            ///< model::names::kErrorId.
  ItemKey item{};                 ///< Of the item it was grouped into.
  std::int64_t duplicate_of = 0;  ///< model::names::kErrorDuplicateOf; 0: it counts.
  std::string uuid;               ///< Used when the payload has none.
  std::string remote_ip;          ///< Stands for "$remote_ip".

  std::string encode() const;
  static std::optional<ItemContext> decode(std::string_view text);
};

/// Decodes the body of `POST /api/1/item/` into one wide event. `project` names the dataset;
/// `now_ns` is when it came. Errors as `read_report`'s. docs/wire/rollbar.md has the mapping.
Status decode_item(std::string_view body, std::string_view project, const ItemContext& context,
                   std::int64_t now_ns, model::EventSink& sink);

/// The same of a report that was read already.
void write_event(const Report& report, std::string_view project, const ItemContext& context,
                 std::int64_t now_ns, model::EventSink& sink);

/// The time of an occurrence that was sent with `sent_ns` (0: none). Most reporters send whole
/// seconds: in the second of its receipt an occurrence takes the time of receipt, so that
/// occurrences keep their order and come after the spans they happened in. One that was held back
/// for more than a day counts as new: it must not be expired when it comes.
std::int64_t event_time_ns(std::int64_t sent_ns, std::int64_t now_ns);

/// The address a payload's user_ip stands for: "$remote_ip" and "$remote_ip_anonymize" become the
/// peer's, the latter without its last IPv4 number or its last five IPv6 groups.
std::string resolve_user_ip(std::string_view user_ip, std::string_view remote_ip);

}  // namespace tracery::rollbar
