// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/rollbar/grouping.h"

namespace tracery::app {

using rollbar::ItemKey;

enum class ItemStatus : std::uint8_t { kActive, kResolved, kMuted, kArchived };
std::string_view to_string(ItemStatus status);
std::optional<ItemStatus> parse_item_status(std::string_view text);

/// 0 for "debug" to 4 for "critical"; nothing for any other word.
std::optional<int> level_rank(std::string_view level);

/// Ids of occurrences ascend with the time of receipt: milliseconds since the epoch × 4096 plus a
/// number. They stay below 2^53, so that JavaScript can read them.
std::int64_t first_occurrence_id_at(std::int64_t time_ns);
/// When the occurrence was received, to the millisecond.
std::int64_t received_ns_of(std::int64_t occurrence_id);

/// Who reported an occurrence; bits of ErrorItem::sources.
enum ErrorSource : std::uint8_t { kFromRollbar = 1, kFromOtlp = 2 };

/// What is known of one occurrence when it is counted.
struct Occurrence {
  std::int64_t id = 0;
  std::int64_t time_ns = 0;
  std::int64_t duplicate_of = 0;  ///< Of another occurrence: then it does not count.
  ItemKey key{};
  std::string project;
  std::string environment, level, title, exception_class;
  std::string platform, framework, language, version;
  std::uint8_t source = kFromRollbar;
  int grouping_version = rollbar::kGroupingVersion;  ///< Whose rules `key` is by.
};

/// Hourly counts of the last 24 hours.
class HourlyCounts {
 public:
  static constexpr std::size_t kHours = 24;
  void add(std::int64_t hour, std::uint32_t count);
  /// Oldest first; the last one is of `hour`.
  std::array<std::uint32_t, kHours> until(std::int64_t hour) const;

 private:
  std::array<std::uint32_t, kHours> counts_{};  ///< Of hour h at h mod 24.
  std::int64_t newest_ = 0;
};

/// Counts over an item's occurrences.
struct ItemCounts {
  std::uint64_t occurrences = 0;  ///< All ever.
  std::int64_t first_id = 0, last_id = 0;

  void add(const ItemCounts& more);
};

/// An item: what its occurrences and people made of it.
struct ErrorItem {
  std::int64_t id = 0;
  std::int64_t project_id = 0;
  std::int64_t counter = 0;   ///< Within the project, from 1.
  ItemKey key{};              ///< Of the occurrence that made it.
  std::vector<ItemKey> keys;  ///< Whose occurrences it has: more than one after a merge.
  std::int64_t grouping_version = rollbar::kGroupingVersion;
  std::string project, environment;
  std::string title, exception_class, level;
  std::string platform, framework, language;
  std::string first_version, last_version;
  std::uint8_t sources = 0;

  ItemStatus status = ItemStatus::kActive;
  bool title_locked = false, level_locked = false;
  std::int64_t assigned_user_id = 0;  ///< 0: nobody.
  std::string resolved_in_version;
  std::int64_t resolved_ns = 0;       ///< Last time it was; 0: never.
  std::int64_t resolved_id = 0;       ///< Occurrences up to this id came before.
  std::int64_t activated_ns = 0;      ///< Last time it became active.
  std::int64_t activating_id = 0;     ///< The occurrence that did.
  std::uint64_t activation_base = 0;  ///< Occurrences before that.
  std::int64_t reactivations = 0;
  std::int64_t snoozed_until_ns = 0;
  std::int64_t merged_into = 0;  ///< An item's id; 0: it stands for itself.
  std::int64_t notes = 0;

  ItemCounts counts;
  HourlyCounts hours;

  std::uint64_t since_activation() const { return counts.occurrences - activation_base; }
};

/// True when an occurrence of `version` reactivates an item that was resolved in `resolved_in`:
/// semantic versions and numbers compare; what cannot be compared counts as newer.
bool is_newer_version(std::string_view version, std::string_view resolved_in);

}  // namespace tracery::app
