// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/log_groups.h"
#include "base/result.h"
#include "model/event.h"
#include "protocols/cwlogs/filter_pattern.h"
#include "protocols/cwlogs/log_pointer.h"
#include "query/events.h"

namespace tracery::app {

/// Which log events are meant. Empty lists and texts do not restrict.
struct LogSelection {
  std::vector<std::string> groups;   ///< At least one.
  std::vector<std::string> streams;  ///< Of all groups.
  std::string stream_prefix;
  cwlogs::FilterPattern pattern;
  std::string text;                 ///< Somewhere in the message.
  std::vector<std::string> levels;  ///< As names::kSeverity.
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;  ///< Exclusive.
  /// Sequences from the first to the last, both included; for what came since a reader was last
  /// here. OTLP's records have none.
  std::optional<std::pair<std::int64_t, std::int64_t>> sequences;
};

struct LogPageRequest {
  LogSelection selection;
  query::EventOrder order = query::EventOrder::kNewestFirst;
  std::size_t limit = 100;
  std::optional<query::EventPosition> after;
  std::int64_t work_ns_max = 0;  ///< As EventsSpec::work_ns_max.
  bool all_columns = false;
};

/// One log event as readers see it.
struct LogLine {
  cwlogs::LogPointer pointer;
  std::string stream;
  std::string_view message;  ///< Into the event.
  std::string level;         ///< One of the six words, or "".
  std::string trace_id, span_id;

  std::int64_t time_ms() const;
  std::int64_t ingestion_ms() const;
  /// FilterLogEvents' eventId: 56 digits that ascend with time and order of ingestion.
  std::string event_id() const;
};

LogLine line_of(const model::Event& event);

struct LogPage {
  std::vector<model::Event> events;  ///< In the order asked for.
  /// Where to go on in that order; nothing when all there is was read.
  std::optional<query::EventPosition> next;
  query::EventPosition position_before;  ///< For reading from the first event the other way.
  query::EventPosition position_after;   ///< After the last event, or where the search ended.
  bool is_complete = true;               ///< False when the time allowed ran out first.
};

struct LogHistogram {
  std::int64_t start_ns = 0, bucket_ns = 0;
  std::vector<std::uint64_t> counts;
  std::map<std::string, std::vector<std::uint64_t>> levels;
  std::uint64_t total = 0;
};

/// A field found in messages, and how many of a hundred events have it.
struct LogField {
  std::string name;
  int percent = 0;
};

/// Reads log events out of the event store: by group, stream, time and pattern. Thread-safe.
class LogSearch {
 public:
  using TakeSnapshot = std::function<std::shared_ptr<const store::Snapshot>()>;

  LogSearch(const LogGroups& groups, TakeSnapshot snapshot, unsigned threads)
      : groups_(groups), snapshot_(std::move(snapshot)), threads_(threads) {}

  /// kNotFound when a group does not exist.
  Result<LogPage> read(const LogPageRequest& request) const;
  /// Keeps the first events whose messages together have at most `bytes_max` bytes, at least one.
  static void trim(LogPage& page, std::size_t bytes_max, const LogPageRequest& request);

  /// The event a pointer names. kNotFound.
  Result<model::Event> find(const cwlogs::LogPointer& pointer) const;

  Result<LogHistogram> histogram(const LogSelection& selection, std::size_t buckets) const;

  /// The fields of the selected events, those most have first; at most about 200.
  Result<std::vector<LogField>> fields(const LogSelection& selection) const;
  Result<std::vector<query::ValueCount>> top_values(const LogSelection& selection,
                                                    const std::string& field,
                                                    std::size_t limit) const;

 private:
  Result<query::EventsSpec> make_spec(const LogSelection& selection,
                                      std::map<std::string, LogVisibility>& visible) const;

  const LogGroups& groups_;
  TakeSnapshot snapshot_;
  unsigned threads_;
};

}  // namespace tracery::app
