// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/rollbar/report.h"

namespace tracery::rollbar {

/// The rules in use for new items. A report that an older version's rules find an item for stays
/// with that item, so new rules never split what is there.
inline constexpr int kGroupingVersion = 2;

/// What makes two occurrences the same error, as readable text: what is hashed. The rules stand in
/// docs/wire/rollbar.md.
std::string grouping_text(const Report& report, int version = kGroupingVersion);

/// Names an item: (project, environment, grouping). 16 bytes, stable: it is stored with events.
using ItemKey = std::array<std::uint8_t, 16>;
ItemKey item_key(std::string_view project, std::string_view environment, int version,
                 std::string_view grouping_text);

/// Two reports with the same key, by different reporters, tell of one occurrence. 0 when the
/// report has no trace or no exception.
std::uint64_t pair_key(const Report& report);

/// "Class: message", or the message's first line; at most 255 bytes.
std::string title_of(const Report& report);

}  // namespace tracery::rollbar
