// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/event.h"
#include "query/run.h"

namespace tracery::query {

/// Raw events, newest first.
struct EventsSpec {
  std::vector<std::string> datasets;  ///< Empty means every dataset.
  FilterSet filters;
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
  std::vector<std::string> columns;  ///< Empty means all.
  std::size_t limit = 100;
  /// Events to leave out at the newest end, among those the filters keep: for paging.
  std::size_t skip = 0;
};

/// Stops reading sources once no older one can add to the answer. Ties in time are broken by the
/// order in the store, so pages do not overlap within one snapshot.
Result<std::vector<model::Event>> find_events(const store::Snapshot& snapshot,
                                              const EventsSpec& spec,
                                              const RunOptions& options = {});

/// A value of a column and how many events (weighted) have it.
struct ValueCount {
  model::Value value;
  std::uint64_t count = 0;
};

/// The most frequent values of a column whose text starts with `prefix` (ASCII case ignored), for
/// completion.
Result<std::vector<ValueCount>> top_values(const store::Snapshot& snapshot, const EventsSpec& spec,
                                           const std::string& column, const std::string& prefix,
                                           std::size_t limit, const RunOptions& options = {});

}  // namespace tracery::query
