// SPDX-License-Identifier: Apache-2.0
#include "app/error_item.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/time.h"

namespace tracery::app {
namespace {

constexpr std::int64_t kIdsPerMs = 4096;
constexpr std::array<std::string_view, 4> kStatuses = {"active", "resolved", "muted", "archived"};
constexpr std::array<std::string_view, 5> kLevels = {"debug", "info", "warning", "error",
                                                     "critical"};

/// "v1.2.3-rc.1+build" as its numbers and its pre-release; nothing for what is no version.
struct Version {
  std::vector<std::int64_t> numbers;
  std::string_view pre_release;
};

std::optional<Version> parse_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  text = text.substr(0, text.find('+'));
  Version version;
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    version.pre_release = text.substr(dash + 1);
    text = text.substr(0, dash);
  }
  while (!text.empty()) {
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end.ec != std::errc() || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end.ptr - text.data()));
    version.numbers.push_back(number);
    if (text.empty()) return version;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(ItemStatus status) {
  return kStatuses[static_cast<std::size_t>(status)];
}

std::optional<ItemStatus> parse_item_status(std::string_view text) {
  const auto* found = std::find(kStatuses.begin(), kStatuses.end(), text);
  if (found == kStatuses.end()) return std::nullopt;
  return static_cast<ItemStatus>(found - kStatuses.begin());
}

std::optional<int> level_rank(std::string_view level) {
  const auto* found = std::find(kLevels.begin(), kLevels.end(), level);
  if (found == kLevels.end()) return std::nullopt;
  return static_cast<int>(found - kLevels.begin());
}

std::int64_t first_occurrence_id_at(std::int64_t time_ns) { return time_ns / kNsPerMs * kIdsPerMs; }
std::int64_t received_ns_of(std::int64_t occurrence_id) {
  return occurrence_id / kIdsPerMs * kNsPerMs;
}

void HourlyCounts::add(std::int64_t hour, std::uint32_t count) {
  const auto hours = static_cast<std::int64_t>(kHours);
  if (hour + hours <= newest_) return;
  // Hours nothing came in hold what was counted there a day before.
  for (std::int64_t skipped = std::max(newest_ + 1, hour - hours + 1); skipped <= hour; ++skipped) {
    counts_[static_cast<std::size_t>(skipped) % kHours] = 0;
  }
  newest_ = std::max(newest_, hour);
  counts_[static_cast<std::size_t>(hour) % kHours] += count;
}

std::array<std::uint32_t, HourlyCounts::kHours> HourlyCounts::until(std::int64_t hour) const {
  std::array<std::uint32_t, kHours> series{};
  const auto hours = static_cast<std::int64_t>(kHours);
  for (std::int64_t i = 0; i < hours; ++i) {
    const std::int64_t at = hour - hours + 1 + i;
    if (at > newest_ || at + hours <= newest_) continue;
    series[static_cast<std::size_t>(i)] = counts_[static_cast<std::size_t>(at) % kHours];
  }
  return series;
}

void ItemCounts::add(const ItemCounts& more) {
  if (more.occurrences == 0) return;
  const bool was_empty = occurrences == 0;
  occurrences += more.occurrences;
  first_id = was_empty ? more.first_id : std::min(first_id, more.first_id);
  last_id = std::max(last_id, more.last_id);
}

bool is_newer_version(std::string_view version, std::string_view resolved_in) {
  const auto a = parse_version(version);
  const auto b = parse_version(resolved_in);
  if (!a || !b) return version != resolved_in || version.empty();
  if (a->numbers != b->numbers) return a->numbers > b->numbers;
  if (a->pre_release.empty() || b->pre_release.empty()) {
    return a->pre_release.empty() && !b->pre_release.empty();
  }
  return a->pre_release > b->pre_release;
}

}  // namespace tracery::app
