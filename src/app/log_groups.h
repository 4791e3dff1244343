// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/database.h"
#include "base/clock.h"
#include "base/result.h"
#include "protocols/cwlogs/put_decoder.h"
#include "store/row_source.h"

namespace tracery::app {

/// The stream that rows without one are read as: log records that came by OTLP.
inline constexpr std::string_view kOtlpStream = "otlp";

struct LogStream {
  std::string name;
  std::int64_t created_ms = 0;
  std::uint64_t events = 0;
  // Only when there are events.
  std::int64_t first_time_ns = 0, last_time_ns = 0;
  std::int64_t last_sequence = 0;
};

/// What can be set of a log group.
struct LogGroupSettings {
  std::int64_t retention_days = 0;  ///< 0: kept for ever.
  std::string kms_key;
  std::string log_class = "STANDARD";
  bool is_protected = false;
  bool takes_bearer = false;
};

struct LogGroup {
  std::string name;
  std::int64_t created_ms = 0;
  bool is_otlp = false;  ///< Known only from OTLP's log records: nothing can be set.
  LogGroupSettings settings;
  std::size_t streams = 0;
  std::uint64_t events = 0;
  std::int64_t stored_bytes = 0;
  std::int64_t first_time_ns = 0, last_time_ns = 0;  ///< Only when there are events.
};

/// Which rows of a group may be read, besides its dataset.
struct LogVisibility {
  std::int64_t from_ns = 0;       ///< Retention.
  std::int64_t sequence_min = 0;  ///< Older rows are of a group or stream deleted since.
  std::vector<std::string> hidden_streams;
  /// Streams that were deleted and made again: their own, higher minimum.
  std::map<std::string, std::int64_t, std::less<>> stream_minimums;
};

/// Log groups and streams: what people made (SQLite) and what was stored of them (totals in memory,
/// counted once at the start and kept up by `note_stored`). Thread-safe.
///
/// A deletion leaves the highest sequence given out so far; rows of that name up to it stay hidden,
/// also when the name is used again.
class LogGroups {
 public:
  using TakeSnapshot = std::function<std::shared_ptr<const store::Snapshot>()>;

  static Result<std::unique_ptr<LogGroups>> open(Database& database, const Clock& clock,
                                                 TakeSnapshot snapshot);

  /// kConflict when the name is taken.
  Status create(const std::string& group, const LogGroupSettings& settings);
  /// Gives the highest sequence that a row of what was removed can have. kNotFound; kForbidden when
  /// it is protected.
  Result<std::int64_t> remove(const std::string& group);
  Status change(const std::string& group, const std::function<void(LogGroupSettings&)>& change);
  Status create_stream(const std::string& group, const std::string& stream);
  Result<std::int64_t> remove_stream(const std::string& group, const std::string& stream);

  /// By name, OTLP's among them.
  std::vector<LogGroup> list() const;
  /// kNotFound with AWS's text.
  Result<LogGroup> find(const std::string& group) const;
  /// By name.
  Result<std::vector<LogStream>> streams(const std::string& group) const;
  Result<LogStream> find_stream(const std::string& group, const std::string& stream) const;

  /// What decoding events for that stream needs: sequence numbers of their own, at least
  /// `cwlogs::kEventsPerPutMax`. kNotFound.
  Result<cwlogs::PutContext> reserve(const std::string& group, const std::string& stream);
  /// To be called once for each request that was stored.
  void note_stored(const cwlogs::PutOutcome& outcome);
  /// To be called once for each `reserve`, when its events are stored or refused.
  void settle(std::int64_t sequence);
  /// No event of this sequence or a lower one is still on its way.
  std::int64_t settled_sequence() const;

  /// Of a whole group, or one stream of it.
  Result<LogVisibility> visibility(const std::string& group,
                                   const std::optional<std::string>& stream) const;

 private:
  struct Stream {
    std::int64_t created_ms = 0;
    std::int64_t sequence_min = 0;
    LogStream totals;
  };
  struct Group {
    std::int64_t created_ms = 0;
    LogGroupSettings settings;
    std::int64_t stored_bytes = 0;
    std::map<std::string, Stream, std::less<>> streams;
  };
  /// Sequence up to which rows are hidden, by stream; "" is the whole group.
  using Hidden = std::map<std::string, std::int64_t, std::less<>>;

  LogGroups(Database& database, const Clock& clock, TakeSnapshot snapshot);
  Status load();
  Status count_stored();
  Status hide(const std::string& group, const std::string& stream);
  std::int64_t hidden_up_to(std::string_view group, std::string_view stream) const;
  LogGroup describe(const std::string& name, const Group& group) const;
  std::optional<LogGroup> find_otlp(const store::Catalogue& catalogue,
                                    const std::string& name) const;
  Result<const Group*> group_of(const std::string& name) const;

  Database& database_;
  const Clock& clock_;
  TakeSnapshot snapshot_;
  mutable std::mutex mutex_;  // Guards all below; held over statements that change what it guards.
  std::map<std::string, Group, std::less<>> groups_;
  std::map<std::string, Hidden, std::less<>> hidden_;
  std::int64_t next_sequence_ = 0;
  std::set<std::int64_t> on_their_way_;  ///< First sequences.
};

}  // namespace tracery::app
