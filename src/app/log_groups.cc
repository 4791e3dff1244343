// SPDX-License-Identifier: Apache-2.0
#include "app/log_groups.h"

#include <algorithm>

#include "base/time.h"
#include "model/names.h"
#include "protocols/cwlogs/names.h"
#include "query/value_totals.h"

namespace tracery::app {
namespace {

constexpr std::int64_t kNumbersPerPut = cwlogs::kEventsPerPutMax;

Error no_group() { return {ErrorCode::kNotFound, "The specified log group does not exist."}; }
Error no_stream() { return {ErrorCode::kNotFound, "The specified log stream does not exist."}; }

Database::Values settings_values(const std::string& group, const LogGroupSettings& settings) {
  return {group,
          settings.retention_days,
          settings.kms_key,
          settings.log_class,
          std::int64_t{settings.is_protected},
          std::int64_t{settings.takes_bearer}};
}

bool has_otlp_logs(const store::DatasetInfo& dataset) {
  return dataset.columns.contains(model::names::kBody) && dataset.columns.contains("severity_code");
}

/// Joins the times of some events to those of a group or stream that has `events` already.
template <typename T>
void extend_times(T& totals, std::int64_t first_ns, std::int64_t last_ns) {
  const bool is_first = totals.events == 0;
  totals.first_time_ns = is_first ? first_ns : std::min(totals.first_time_ns, first_ns);
  totals.last_time_ns = is_first ? last_ns : std::max(totals.last_time_ns, last_ns);
}

}  // namespace

LogGroups::LogGroups(Database& database, const Clock& clock, TakeSnapshot snapshot)
    : database_(database), clock_(clock), snapshot_(std::move(snapshot)) {}

Result<std::unique_ptr<LogGroups>> LogGroups::open(Database& database, const Clock& clock,
                                                   TakeSnapshot snapshot) {
  std::unique_ptr<LogGroups> groups(new LogGroups(database, clock, std::move(snapshot)));
  TRACERY_TRY(groups->load());
  TRACERY_TRY(groups->count_stored());
  return groups;
}

Status LogGroups::load() {
  for (const auto& row :
       TRACERY_TRY(database_.run("SELECT group_name, stream_name, sequence FROM log_deletion"))) {
    hidden_[text_of(row[0])][text_of(row[1])] = int_of(row[2]);
    next_sequence_ = std::max(next_sequence_, int_of(row[2]) + 1);
  }
  for (const auto& row : TRACERY_TRY(database_.run(
           "SELECT name, created_ms, retention_days, kms_key, class, is_protected, takes_bearer "
           "FROM log_group"))) {
    Group& group = groups_[text_of(row[0])];
    group.created_ms = int_of(row[1]);
    group.settings = {int_of(row[2]), text_of(row[3]), text_of(row[4]), int_of(row[5]) != 0,
                      int_of(row[6]) != 0};
  }
  for (const auto& row :
       TRACERY_TRY(database_.run("SELECT group_name, name, created_ms FROM log_stream"))) {
    const std::string name = text_of(row[1]);
    Stream& stream = groups_[text_of(row[0])].streams[name];
    stream.created_ms = stream.totals.created_ms = int_of(row[2]);
    stream.sequence_min = hidden_up_to(text_of(row[0]), name) + 1;
    stream.totals.name = name;
  }
  return {};
}

Status LogGroups::count_stored() {
  query::TotalsSpec spec;
  spec.column = cwlogs::names::kLogStream;
  spec.order_column = cwlogs::names::kSequence;
  spec.sum_column = cwlogs::names::kBatchBytes;
  spec.order_min = [&](std::string_view group, std::string_view stream) {
    return hidden_up_to(group, stream) + 1;
  };
  for (const query::ValueTotals& each : TRACERY_TRY(query::total_by_value(*snapshot_(), spec))) {
    next_sequence_ = std::max(next_sequence_, each.max_order + kNumbersPerPut);
    const auto group = groups_.find(each.dataset);
    if (group == groups_.end()) continue;
    const auto stream = group->second.streams.find(each.value);
    if (stream == group->second.streams.end()) continue;
    LogStream& totals = stream->second.totals;
    totals.events = each.rows;
    totals.first_time_ns = each.min_time_ns;
    totals.last_time_ns = each.max_time_ns;
    totals.last_sequence = each.max_order;
    group->second.stored_bytes += each.sum;
  }
  return {};
}

std::int64_t LogGroups::hidden_up_to(std::string_view group, std::string_view stream) const {
  const auto hidden = hidden_.find(group);
  if (hidden == hidden_.end()) return -1;
  std::int64_t sequence = -1;
  for (const std::string_view name : {std::string_view(), stream}) {
    const auto found = hidden->second.find(name);
    if (found != hidden->second.end()) sequence = std::max(sequence, found->second);
  }
  return sequence;
}

Result<const LogGroups::Group*> LogGroups::group_of(const std::string& name) const {
  const auto found = groups_.find(name);
  if (found == groups_.end()) return no_group();
  return &found->second;
}

Status LogGroups::create(const std::string& group, const LogGroupSettings& settings) {
  const std::lock_guard lock(mutex_);
  if (groups_.contains(group)) {
    return Error{ErrorCode::kConflict, "The specified log group already exists"};
  }
  Group made{.created_ms = clock_.now_ns() / kNsPerMs, .settings = settings};
  Database::Values values = settings_values(group, settings);
  values.emplace_back(made.created_ms);
  TRACERY_TRY(database_.run(
      "INSERT INTO log_group(name, retention_days, kms_key, class, is_protected, takes_bearer, "
      "created_ms) VALUES(?,?,?,?,?,?,?)",
      values));
  groups_.emplace(group, std::move(made));
  return {};
}

/// Hides what the name has so far. Numbers given out for requests still under way are hidden too.
Status LogGroups::hide(const std::string& group, const std::string& stream) {
  next_sequence_ = std::max(next_sequence_, clock_.now_ns());
  const std::int64_t sequence = next_sequence_ - 1;
  TRACERY_TRY(
      database_.run("INSERT INTO log_deletion(group_name, stream_name, sequence) VALUES(?1,?2,?3) "
                    "ON CONFLICT(group_name, stream_name) DO UPDATE SET sequence = ?3",
                    {group, stream, sequence}));
  hidden_[group][stream] = sequence;
  return {};
}

Result<std::int64_t> LogGroups::remove(const std::string& group) {
  const std::lock_guard lock(mutex_);
  if (TRACERY_TRY(group_of(group))->settings.is_protected) {
    return Error{ErrorCode::kForbidden, "The specified log group is protected from deletion."};
  }
  const Status removed = database_.in_transaction([&]() -> Status {
    TRACERY_TRY(database_.run("DELETE FROM log_deletion WHERE group_name = ?", {group}));
    TRACERY_TRY(hide(group, ""));
    TRACERY_TRY(database_.run("DELETE FROM log_stream WHERE group_name = ?", {group}));
    TRACERY_TRY(database_.run("DELETE FROM log_group WHERE name = ?", {group}));
    return {};
  });
  if (!removed.ok()) return removed.error();
  // What was deleted stream by stream is hidden with the group.
  std::erase_if(hidden_[group], [](const auto& entry) { return !entry.first.empty(); });
  groups_.erase(group);
  return hidden_[group][""];
}

Status LogGroups::change(const std::string& group,
                         const std::function<void(LogGroupSettings&)>& change) {
  const std::lock_guard lock(mutex_);
  LogGroupSettings settings = TRACERY_TRY(group_of(group))->settings;
  change(settings);
  TRACERY_TRY(
      database_.run("UPDATE log_group SET retention_days = ?2, kms_key = ?3, class = ?4, "
                    "is_protected = ?5, takes_bearer = ?6 WHERE name = ?1",
                    settings_values(group, settings)));
  groups_.find(group)->second.settings = settings;
  return {};
}

Status LogGroups::create_stream(const std::string& group, const std::string& stream) {
  const std::lock_guard lock(mutex_);
  if (TRACERY_TRY(group_of(group))->streams.contains(stream)) {
    return Error{ErrorCode::kConflict, "The specified log stream already exists"};
  }
  Stream made;
  made.created_ms = made.totals.created_ms = clock_.now_ns() / kNsPerMs;
  made.sequence_min = hidden_up_to(group, stream) + 1;
  made.totals.name = stream;
  TRACERY_TRY(database_.run("INSERT INTO log_stream(group_name, name, created_ms) VALUES(?,?,?)",
                            {group, stream, made.created_ms}));
  groups_.find(group)->second.streams.emplace(stream, std::move(made));
  return {};
}

Result<std::int64_t> LogGroups::remove_stream(const std::string& group, const std::string& stream) {
  const std::lock_guard lock(mutex_);
  if (!TRACERY_TRY(group_of(group))->streams.contains(stream)) return no_stream();
  const Status removed = database_.in_transaction([&]() -> Status {
    TRACERY_TRY(hide(group, stream));
    TRACERY_TRY(
        database_.run("DELETE FROM log_stream WHERE group_name = ? AND name = ?", {group, stream}));
    return {};
  });
  if (!removed.ok()) return removed.error();
  groups_.find(group)->second.streams.erase(stream);
  return hidden_[group][stream];
}

LogGroup LogGroups::describe(const std::string& name, const Group& group) const {
  LogGroup described{.name = name, .created_ms = group.created_ms, .settings = group.settings};
  described.streams = group.streams.size();
  described.stored_bytes = group.stored_bytes;
  for (const auto& [stream_name, stream] : group.streams) {
    if (stream.totals.events == 0) continue;
    extend_times(described, stream.totals.first_time_ns, stream.totals.last_time_ns);
    described.events += stream.totals.events;
  }
  return described;
}

std::optional<LogGroup> LogGroups::find_otlp(const store::Catalogue& catalogue,
                                             const std::string& name) const {
  const auto found = catalogue.datasets.find(name);
  if (found == catalogue.datasets.end() || !has_otlp_logs(found->second)) return {};
  const store::DatasetInfo& info = found->second;
  LogGroup group{.name = name, .created_ms = info.first_written_ns / kNsPerMs, .is_otlp = true};
  group.streams = 1;
  group.events = info.rows;
  group.first_time_ns = info.min_time_ns;
  group.last_time_ns = info.max_time_ns;
  return group;
}

std::vector<LogGroup> LogGroups::list() const {
  const auto snapshot = snapshot_();
  const std::lock_guard lock(mutex_);
  std::map<std::string, LogGroup> all;
  for (const auto& [name, dataset] : snapshot->catalogue->datasets) {
    if (auto group = find_otlp(*snapshot->catalogue, name)) all.emplace(name, *std::move(group));
  }
  for (const auto& [name, group] : groups_) all.insert_or_assign(name, describe(name, group));
  std::vector<LogGroup> groups;
  for (auto& [name, group] : all) groups.push_back(std::move(group));
  return groups;
}

Result<LogGroup> LogGroups::find(const std::string& name) const {
  {
    const std::lock_guard lock(mutex_);
    const auto group = group_of(name);
    if (group.ok()) return describe(name, **group);
  }
  if (auto group = find_otlp(*snapshot_()->catalogue, name)) return *std::move(group);
  return no_group();
}

Result<std::vector<LogStream>> LogGroups::streams(const std::string& name) const {
  const LogGroup group = TRACERY_TRY(find(name));
  std::vector<LogStream> streams;
  if (group.is_otlp) {
    LogStream stream{.name = std::string(kOtlpStream), .created_ms = group.created_ms};
    stream.events = group.events;
    stream.first_time_ns = group.first_time_ns;
    stream.last_time_ns = stream.last_sequence = group.last_time_ns;
    return std::vector{std::move(stream)};
  }
  const std::lock_guard lock(mutex_);
  for (const auto& [stream_name, stream] : TRACERY_TRY(group_of(name))->streams) {
    streams.push_back(stream.totals);
  }
  return streams;
}

Result<LogStream> LogGroups::find_stream(const std::string& group,
                                         const std::string& stream) const {
  for (LogStream& each : TRACERY_TRY(streams(group))) {
    if (each.name == stream) return std::move(each);
  }
  return no_stream();
}

Result<cwlogs::PutContext> LogGroups::reserve(const std::string& group, const std::string& stream) {
  const std::lock_guard lock(mutex_);
  const Group* found = TRACERY_TRY(group_of(group));
  if (!found->streams.contains(stream)) return no_stream();
  cwlogs::PutContext context{.now_ns = clock_.now_ns()};
  context.sequence = std::max(next_sequence_, context.now_ns);
  context.retention_days = found->settings.retention_days;
  next_sequence_ = context.sequence + kNumbersPerPut;
  on_their_way_.insert(context.sequence);
  return context;
}

void LogGroups::settle(std::int64_t sequence) {
  const std::lock_guard lock(mutex_);
  on_their_way_.erase(sequence);
}

std::int64_t LogGroups::settled_sequence() const {
  const std::lock_guard lock(mutex_);
  return (on_their_way_.empty() ? next_sequence_ : *on_their_way_.begin()) - 1;
}

void LogGroups::note_stored(const cwlogs::PutOutcome& outcome) {
  if (outcome.accepted == 0) return;
  const std::lock_guard lock(mutex_);
  const auto group = groups_.find(outcome.group);
  if (group == groups_.end()) return;
  const auto stream = group->second.streams.find(outcome.stream);
  // Deleted meanwhile, and maybe made anew: then the rows are hidden.
  if (stream == group->second.streams.end() ||
      outcome.last_sequence < stream->second.sequence_min) {
    return;
  }
  LogStream& totals = stream->second.totals;
  extend_times(totals, outcome.first_time_ns, outcome.last_time_ns);
  totals.events += outcome.accepted;
  totals.last_sequence = std::max(totals.last_sequence, outcome.last_sequence);
  group->second.stored_bytes += outcome.bytes;
}

Result<LogVisibility> LogGroups::visibility(const std::string& name,
                                            const std::optional<std::string>& stream) const {
  const LogGroup group = TRACERY_TRY(find(name));
  LogVisibility visible;
  if (group.settings.retention_days > 0) {
    visible.from_ns = clock_.now_ns() - group.settings.retention_days * kNsPerDay;
  }
  if (group.is_otlp) return visible;
  const std::lock_guard lock(mutex_);
  visible.sequence_min = hidden_up_to(name, stream.value_or("")) + 1;
  const auto hidden = hidden_.find(name);
  if (stream || hidden == hidden_.end()) return visible;
  const auto& streams = TRACERY_TRY(group_of(name))->streams;
  for (const auto& [hidden_stream, sequence] : hidden->second) {
    if (hidden_stream.empty()) continue;
    if (streams.contains(hidden_stream)) {
      visible.stream_minimums.emplace(hidden_stream, sequence + 1);
    } else {
      visible.hidden_streams.push_back(hidden_stream);
    }
  }
  return visible;
}

}  // namespace tracery::app
