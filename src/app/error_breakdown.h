// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "app/error_items.h"
#include "base/result.h"
#include "store/row_source.h"

namespace tracery::app {

/// How often a value occurs in an item's occurrences.
struct ItemValue {
  std::vector<std::string> values;  ///< Of the columns asked for.
  std::uint64_t count = 0;
  std::int64_t first_id = 0, last_id = 0;
};

/// The most frequent values of the first of `columns` over occurrences of the keys from `from_ns`
/// on, with the values of the others beside them.
Result<std::vector<ItemValue>> top_item_values(const store::Snapshot& snapshot,
                                               std::span<const ItemKey> keys,
                                               const std::vector<std::string>& columns,
                                               std::int64_t from_ns, std::int64_t to_ns,
                                               std::size_t limit);

/// Occurrences per bucket of `step_ns`, all buckets from the one of `from_ns` to that of `to_ns`.
struct CountSeries {
  std::int64_t start_ns = 0, step_ns = 0;
  std::vector<std::uint64_t> counts;
};
struct SeriesQuery {
  std::vector<ItemKey> keys;              ///< Empty: all.
  std::vector<std::string> projects;      ///< Empty: all.
  std::vector<std::string> environments;  ///< Empty: all.
  std::vector<std::string> levels;        ///< Empty: all.
  std::int64_t from_ns = 0, to_ns = 0, step_ns = 0;
};
Result<CountSeries> count_series(const store::Snapshot& snapshot, const SeriesQuery& query);

/// The keys of items that have an occurrence with a text in its context, host, person or URL.
Result<ItemKeySet> keys_with_word(const store::Snapshot& snapshot, const std::string& word,
                                  std::int64_t from_ns, std::int64_t to_ns);

/// People and addresses affected by items.
struct Affected {
  std::uint64_t people = 0;
  std::uint64_t addresses = 0;
};

/// Works out how many people items affect, and remembers it until an item has new occurrences.
/// Thread-safe.
class AffectedPeople {
 public:
  /// By the items' ids. One query over the store for all that are not known yet.
  Result<std::map<std::int64_t, Affected>> of(const store::Snapshot& snapshot,
                                              std::span<const ErrorItem> items);

 private:
  struct Known {
    std::uint64_t occurrences = 0;  ///< When it was worked out.
    Affected affected;
  };

  std::mutex mutex_;  // known_
  std::map<std::int64_t, Known> known_;
};

}  // namespace tracery::app
