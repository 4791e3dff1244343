// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "app/error_item.h"
#include "base/result.h"
#include "model/event.h"
#include "store/row_source.h"

namespace tracery::app {

struct KeyCounts {
  ItemKey key{};
  ItemCounts counts;
};

/// Counts the stored occurrences with after_id < id <= until_id, by item key. Duplicates of other
/// occurrences do not count. One query over the store.
Result<std::vector<KeyCounts>> count_occurrences(const store::Snapshot& snapshot,
                                                 std::int64_t after_id, std::int64_t until_id);

/// How many occurrences of an item key there are past an id.
Result<std::uint64_t> count_after(const store::Snapshot& snapshot, const ItemKey& key,
                                  std::int64_t after_id);

/// Calls `add(key, hour, count)` for the occurrences of the last 24 hours, of `keys` or, when that
/// is empty, of all. Hours count from the epoch.
Status count_hours(const store::Snapshot& snapshot, std::int64_t now_ns,
                   std::span<const ItemKey> keys,
                   const std::function<void(const ItemKey&, std::int64_t, std::uint32_t)>& add);

/// The events of occurrences by their ids, in no order; ids that are not stored are left out.
Result<std::vector<model::Event>> read_occurrences(const store::Snapshot& snapshot,
                                                   std::span<const std::int64_t> ids,
                                                   std::vector<std::string> columns = {});

/// The newest occurrences and duplicates received since `after_id`, with what telling repeats
/// needs.
Result<std::vector<model::Event>> read_recent(const store::Snapshot& snapshot,
                                              std::int64_t after_id, std::size_t limit);

}  // namespace tracery::app
