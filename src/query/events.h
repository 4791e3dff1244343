// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/event.h"
#include "query/run.h"
#include "query/text_match.h"

namespace tracery::query {

enum class EventOrder : std::uint8_t {
  kNewestFirst,
  kOldestFirst,  ///< Exactly the reverse.
};

/// A place between events in an order. It stays good for later snapshots.
struct EventPosition {
  std::int64_t time_ns = 0;
  std::int64_t tie = 0;   ///< Value of the tie column, 0 when there is none.
  std::size_t shown = 0;  ///< How many events of that very time and tie lie before the place.
};

/// Raw events.
struct EventsSpec {
  std::vector<std::string> datasets;  ///< Empty means every dataset.
  FilterSet filters;
  std::vector<TextCondition> texts;  ///< All must be met besides.
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
  std::vector<std::string> columns;  ///< Empty means all.
  std::size_t limit = 100;
  /// Events to leave out at the front, among those the filters keep: for paging.
  std::size_t skip = 0;
  EventOrder order = EventOrder::kNewestFirst;
  /// The column of integers that orders events of the same time; "" when there is none. Ties that
  /// are left are broken by the order in the store, so pages do not overlap within one snapshot.
  std::string tie_column;
  /// Where an earlier page ended: only what comes after it in the order.
  std::optional<EventPosition> after;
  /// The search ends early once it took that long; 0: it never does.
  std::int64_t work_ns_max = 0;
};

struct EventPage {
  std::vector<model::Event> events;
  /// Set when the search ended early: everything up to here was looked at.
  std::optional<EventPosition> unfinished;
};

/// Stops reading sources once none that is left can add to the answer.
Result<EventPage> find_event_page(const store::Snapshot& snapshot, const EventsSpec& spec,
                                  const RunOptions& options = {});

/// The events of such a page.
Result<std::vector<model::Event>> find_events(const store::Snapshot& snapshot,
                                              const EventsSpec& spec,
                                              const RunOptions& options = {});

/// The place after the last of some events that came in the spec's order, for `EventsSpec::after`
/// of the next page; and the one before the first, for the page before it in the other order. The
/// events must carry the tie column.
EventPosition position_after(const std::vector<model::Event>& events, const EventsSpec& spec);
EventPosition position_before(const std::vector<model::Event>& events, const EventsSpec& spec);

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
