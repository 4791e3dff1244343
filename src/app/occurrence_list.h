// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/error_item.h"
#include "base/result.h"
#include "model/event.h"
#include "store/row_source.h"

namespace tracery::app {

/// Occurrences, newest first.
struct OccurrenceQuery {
  std::vector<ItemKey> keys;              ///< Of an item; empty: of every one.
  std::vector<std::string> projects;      ///< Datasets; empty: all.
  std::optional<std::int64_t> before_id;  ///< Only what comes after this one in the list.
  std::int64_t from_ns = 0, to_ns = 0;    ///< 0: any time.
  std::size_t limit = 50;
  std::size_t skip = 0;
  bool with_duplicates = false;
};

/// Whole events of occurrences. kNotFound when `before_id` is not stored.
Result<std::vector<model::Event>> list_occurrences(const store::Snapshot& snapshot,
                                                   const OccurrenceQuery& query);

/// One occurrence, by its id (digits) or its uuid. kNotFound: "Occurrence not found".
Result<model::Event> find_occurrence(const store::Snapshot& snapshot, const std::string& name);

/// The occurrences next to one in an item; 0 where there is none.
struct Neighbours {
  std::int64_t older = 0, newer = 0;
};
Result<Neighbours> find_neighbours(const store::Snapshot& snapshot,
                                   const std::vector<ItemKey>& keys, std::int64_t id);

/// Sources that told of an occurrence besides the one that did first.
Result<std::vector<std::string>> other_sources(const store::Snapshot& snapshot, std::int64_t id);

/// 0, and nothing, for events that are no occurrences.
std::int64_t occurrence_id_of(const model::Event& event);
std::optional<ItemKey> item_key_of(const model::Event& event);

}  // namespace tracery::app
