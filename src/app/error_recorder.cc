// SPDX-License-Identifier: Apache-2.0
#include "app/error_recorder.h"

#include <algorithm>

#include "app/error_counts.h"
#include "app/error_occurrence.h"
#include "base/hash.h"
#include "base/hex.h"
#include "model/error_names.h"
#include "model/names.h"
#include "store/batch_rows.h"

namespace tracery::app {
namespace {

namespace names = model::names;

constexpr std::size_t kRememberedAtStart = 50'000;

std::uint64_t uuid_hash_of(std::string_view project, std::string_view uuid) {
  std::string all(project);
  all.append(1, '\0').append(uuid);
  return hash64(all);
}

/// What a pair key is made of, of an event read back with its own columns only.
std::uint64_t pair_key_of(const model::Event& event) {
  rollbar::Report report;
  report.trace_id = text_field(event, names::kTraceId);
  rollbar::Exception exception;
  exception.type = text_field(event, names::kExceptionType);
  exception.message = text_field(event, names::kExceptionMessage);
  if (!exception.type.empty() || !exception.message.empty()) {
    report.exceptions.push_back(std::move(exception));
  }
  return rollbar::pair_key(report);
}

}  // namespace

Result<std::unique_ptr<ErrorRecorder>> ErrorRecorder::open(ErrorItems& items, const Clock& clock,
                                                           const store::Snapshot& snapshot) {
  std::unique_ptr<ErrorRecorder> recorder(new ErrorRecorder(items, clock));
  recorder->admission_.raise_id(items.newest_id());
  const std::int64_t since_ns = clock.now_ns() - OccurrenceAdmission::kPairWindowNs;
  recorder->remember(
      TRACERY_TRY(read_recent(snapshot, first_occurrence_id_at(since_ns), kRememberedAtStart)));
  return recorder;
}

void ErrorRecorder::remember(const std::vector<model::Event>& events) {
  // Oldest first, so that what came first is first again.
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    Occurrence occurrence;
    const auto* id = model::find_field(*event, names::kErrorId);
    if (id == nullptr || !std::holds_alternative<std::int64_t>(*id)) continue;
    occurrence.id = std::get<std::int64_t>(*id);
    from_hex(text_field(*event, names::kErrorItem), occurrence.key);
    occurrence.source = text_field(*event, names::kSource) == "rollbar" ? kFromRollbar : kFromOtlp;
    admission_.raise_id(occurrence.id);
    admission_.claim_pair(pair_key_of(*event), occurrence, received_ns_of(occurrence.id));
    const std::string uuid = text_field(*event, names::kErrorUuid);
    if (!uuid.empty()) admission_.finish(uuid_hash_of(event->dataset, uuid), true);
  }
}

Occurrence ErrorRecorder::describe(const rollbar::Report& report,
                                   const std::string& project) const {
  Occurrence occurrence = describe_occurrence(report, project);
  for (int version = items_.oldest_grouping_version(); version < rollbar::kGroupingVersion;
       ++version) {
    const ItemKey key = key_by_rules(report, project, version);
    if (!items_.has_key(key)) continue;
    occurrence.key = key;
    occurrence.grouping_version = version;
    break;
  }
  return occurrence;
}

ErrorRecorder::Verdict ErrorRecorder::admit(const rollbar::Report& report,
                                            const std::string& project, std::string uuid,
                                            std::string remote_ip, Admitted& admitted,
                                            std::function<void(bool stored)> when_done) {
  admitted.uuid_hash = uuid_hash_of(project, uuid);
  switch (admission_.begin(admitted.uuid_hash, std::move(when_done))) {
    case OccurrenceAdmission::Verdict::kRepeat: return Verdict::kRepeat;
    case OccurrenceAdmission::Verdict::kPending: return Verdict::kPending;
    case OccurrenceAdmission::Verdict::kNew: break;
  }
  const std::int64_t now_ns = clock_.now_ns();
  Occurrence& occurrence = admitted.occurrence;
  occurrence = describe(report, project);
  occurrence.id = admission_.draw_id(now_ns);
  occurrence.source = kFromRollbar;
  occurrence.time_ns = std::min(rollbar::event_time_ns(report.time_ns, now_ns), now_ns);
  const auto first = admission_.claim_pair(rollbar::pair_key(report), occurrence, now_ns);
  if (first) {
    occurrence.duplicate_of = first->id;
    occurrence.key = first->key;
  }
  admitted.context = {occurrence.id, occurrence.key, occurrence.duplicate_of, std::move(uuid),
                      std::move(remote_ip)};
  return Verdict::kNew;
}

void ErrorRecorder::finish(const Admitted& admitted, bool stored) {
  if (stored) items_.record(admitted.occurrence);
  admission_.finish(admitted.uuid_hash, stored);
}

std::vector<MarkedOccurrence> ErrorRecorder::mark_exceptions(store::EventBatch& batch) {
  std::vector<MarkedOccurrence> marked;
  const bool may_have = store::has_field(batch, names::kExceptionType) ||
                        store::has_field(batch, names::kExceptionMessage);
  if (!may_have || !can_mark(batch)) return marked;
  std::vector<std::uint32_t> rows = store::rows_with(batch, names::kExceptionType);
  const auto by_message = store::rows_with(batch, names::kExceptionMessage);
  rows.insert(rows.end(), by_message.begin(), by_message.end());
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  const std::int64_t now_ns = clock_.now_ns();
  for (const std::uint32_t row : rows) {
    const model::Event event = store::read_row(batch, row);
    const auto report = report_of_exception(event);
    if (!report) continue;
    Occurrence occurrence = describe(*report, project_of_exception(event));
    occurrence.id = admission_.draw_id(now_ns);
    occurrence.time_ns = std::min(occurrence.time_ns, now_ns);
    occurrence.source = kFromOtlp;
    if (const auto first = admission_.claim_pair(rollbar::pair_key(*report), occurrence, now_ns)) {
      // An exception that passes through several spans is told of by each.
      if ((first->sources & kFromOtlp) != 0) continue;
      occurrence.duplicate_of = first->id;
      occurrence.key = first->key;
    }
    const ErrorMark mark{row, occurrence.id, occurrence.duplicate_of, occurrence.key};
    marked.push_back({mark, std::move(occurrence)});
  }
  put_marks(batch, marks_of(marked));
  return marked;
}

void ErrorRecorder::count(std::span<const MarkedOccurrence> marked) {
  for (const MarkedOccurrence& each : marked) items_.record(each.occurrence);
}

}  // namespace tracery::app
