// SPDX-License-Identifier: Apache-2.0
#include "app/ingest.h"

#include <atomic>

#include "app/ingest_record.h"
#include "app/random_id.h"
#include "protocols/cwlogs/intake_decoder.h"
#include "store/batch_summary.h"
#include "store/event_batch.h"

namespace tracery::app {
namespace {

otlp::Signal signal_of(IngestKind kind) {
  switch (kind) {
    case IngestKind::kOtlpLogs: return otlp::Signal::kLogs;
    case IngestKind::kOtlpMetrics: return otlp::Signal::kMetrics;
    default: return otlp::Signal::kTraces;
  }
}

Result<cwlogs::PutOutcome> decode_log_events(const IngestRequest& request, std::string_view body,
                                             const DecodeParameters& parameters,
                                             model::EventSink& sink) {
  const auto context = TRACERY_TRY(cwlogs::PutContext::parse(request.context, parameters.now_ns));
  const auto decode = [&](cwlogs::IntakeForm form) {
    return cwlogs::decode_intake(form, body, request.dataset, context, sink);
  };
  switch (request.kind) {
    case IngestKind::kCloudwatchEvents: return decode(cwlogs::IntakeForm::kEvents);
    case IngestKind::kCloudwatchLines: return decode(cwlogs::IntakeForm::kLines);
    case IngestKind::kCloudwatchObjects: return decode(cwlogs::IntakeForm::kObjects);
    default: return cwlogs::decode_put(body, context, sink);
  }
}

bool is_cloudwatch(IngestKind kind) {
  return kind >= IngestKind::kCloudwatchLogs && kind <= IngestKind::kCloudwatchObjects;
}

/// The pure middle of the pipeline: used for requests and for replay alike.
Result<IngestAnswer> decode_into(const IngestRequest& request, const DecodeParameters& parameters,
                                 std::size_t body_bytes_max, model::EventSink& sink) {
  std::string unpacked;
  std::string_view body = request.body;
  if (request.compression != Compression::kIdentity) {
    unpacked = TRACERY_TRY(decompress(request.compression, request.body, body_bytes_max));
    body = unpacked;
  }
  const honeycomb::EventContext event_context{.dataset = request.dataset,
                                              .event_time = request.event_time,
                                              .samplerate = request.samplerate,
                                              .now_ns = parameters.now_ns,
                                              .expand_json_depth = request.expand_json_depth};
  const auto event_format =
      request.is_json ? honeycomb::Format::kJson : honeycomb::Format::kMsgpack;
  switch (request.kind) {
    case IngestKind::kHoneycombEvent:
      TRACERY_TRY(honeycomb::decode_event(body, event_format, event_context, sink));
      return IngestAnswer();
    case IngestKind::kHoneycombBatch:
      return IngestAnswer(
          TRACERY_TRY(honeycomb::decode_batch(body, event_format, event_context, sink)));
    case IngestKind::kOtlpTraces:
    case IngestKind::kOtlpLogs:
    case IngestKind::kOtlpMetrics: {
      const otlp::OtlpContext context{.now_ns = parameters.now_ns,
                                      .dataset = request.dataset,
                                      .is_classic_key = request.is_classic_key,
                                      .random_seed = parameters.random_seed};
      const auto format = request.is_json ? otlp::Format::kJson : otlp::Format::kProtobuf;
      return IngestAnswer(
          TRACERY_TRY(otlp::decode(signal_of(request.kind), body, format, context, sink)));
    }
    case IngestKind::kCloudwatchLogs:
    case IngestKind::kCloudwatchEvents:
    case IngestKind::kCloudwatchLines:
    case IngestKind::kCloudwatchObjects:
      return IngestAnswer(TRACERY_TRY(decode_log_events(request, body, parameters, sink)));
    case IngestKind::kXraySegments: {
      const auto validation = request.context == kXrayStrictContext ? xray::Validation::kStrict
                                                                    : xray::Validation::kLenient;
      return IngestAnswer(TRACERY_TRY(request.is_json
                                          ? xray::decode_put_segments(body, validation, sink)
                                          : xray::decode_document_list(body, validation, sink)));
    }
  }
  return Error{ErrorCode::kCorrupt, "unknown record kind"};
}

std::string signal_word(IngestKind kind) {
  switch (kind) {
    case IngestKind::kOtlpLogs: return "log";
    case IngestKind::kOtlpMetrics: return "metric";
    default: return is_cloudwatch(kind) ? "log" : "trace";
  }
}

std::string source_word(IngestKind kind) {
  switch (kind) {
    case IngestKind::kHoneycombEvent:
    case IngestKind::kHoneycombBatch: return "honeycomb";
    case IngestKind::kXraySegments: return "xray";
    default: return is_cloudwatch(kind) ? "cloudwatch" : "otlp";
  }
}

Arrival describe_arrival(const IngestRequest& request, const store::EventBatch& batch,
                         std::int64_t now_ns) {
  store::BatchSummary summary = store::summarize(batch);
  return {std::move(summary.dataset),
          signal_word(request.kind),
          source_word(request.kind),
          std::move(summary.trace_id),
          batch.rows(),
          now_ns};
}

struct Tally {
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
};

Tally tally_of(const IngestAnswer& answer) {
  if (const auto* outcome = std::get_if<otlp::Outcome>(&answer)) {
    return {outcome->accepted, outcome->rejected};
  }
  if (const auto* batch = std::get_if<honeycomb::BatchOutcome>(&answer)) {
    return {batch->accepted, batch->entries.size() - batch->accepted};
  }
  if (const auto* put = std::get_if<cwlogs::PutOutcome>(&answer)) {
    return {put->accepted, put->rejected};
  }
  if (const auto* documents = std::get_if<xray::Outcome>(&answer)) {
    return {documents->accepted, documents->unprocessed.size()};
  }
  return {1, 0};
}

}  // namespace

struct Ingest::Counters {
  std::atomic<std::uint64_t> requests_accepted{0}, requests_malformed{0}, requests_refused{0};
  std::atomic<std::uint64_t> events_accepted{0}, events_rejected{0}, body_bytes{0};
  std::atomic<std::uint64_t> strings_cut{0}, strings_mended{0}, fields_dropped{0};
};

Ingest::Ingest(const Clock& clock, LiveFeed& feed, LogTail& tail, std::size_t body_bytes_max)
    : clock_(clock),
      feed_(feed),
      tail_(tail),
      body_bytes_max_(body_bytes_max),
      counters_(std::make_unique<Counters>()) {}

Ingest::~Ingest() = default;

void Ingest::accept(IngestRequest request, Done done) {
  Counters& counters = *counters_;
  counters.body_bytes += request.body.size();
  const DecodeParameters parameters{.now_ns = clock_.now_ns(), .random_seed = random_u64()};
  auto batch = store_->take_batch(parameters.now_ns);
  auto answer = decode_into(request, parameters, body_bytes_max_, *batch);
  if (!answer.ok()) {
    ++counters.requests_malformed;
    done(std::move(answer));
    return;
  }
  const Tally tally = tally_of(*answer);
  counters.events_rejected += tally.rejected;
  if (batch->rows() == 0) {
    ++counters.requests_accepted;
    done(std::move(answer));
    return;
  }
  const store::BatchLosses& losses = batch->losses();
  counters.strings_cut += losses.strings_cut;
  counters.strings_mended += losses.strings_mended;
  counters.fields_dropped += losses.fields_over_limit;
  Arrival arrival = describe_arrival(request, *batch, parameters.now_ns);
  auto show_lines = tail_.take_lines(*batch);
  auto record = encode_record(std::move(request), parameters);
  store_->append(std::move(record), std::move(batch),
                 [this, tally, show_lines = std::move(show_lines), arrival = std::move(arrival),
                  answer = std::move(answer), done = std::move(done)](Status stored) mutable {
                   if (!stored.ok()) {
                     ++counters_->requests_refused;
                     done(std::move(stored).error());
                     return;
                   }
                   ++counters_->requests_accepted;
                   counters_->events_accepted += tally.accepted;
                   feed_.publish(arrival);
                   if (show_lines) show_lines();
                   done(std::move(answer));
                 });
}

store::EventStore::Replay Ingest::replay() const {
  return [limit = body_bytes_max_](
             const store::LogRecord& record) -> Result<std::unique_ptr<store::EventBatch>> {
    const DecodedRecord decoded = TRACERY_TRY(decode_record(record));
    auto batch =
        std::make_unique<store::EventBatch>(store::EventLimits{}, decoded.parameters.now_ns);
    TRACERY_TRY(decode_into(decoded.request, decoded.parameters, limit, *batch));
    return batch;
  };
}

IngestCounters Ingest::counters() const {
  const Counters& c = *counters_;
  return {c.requests_accepted, c.requests_malformed, c.requests_refused,
          c.events_accepted,   c.events_rejected,    c.body_bytes,
          c.strings_cut,       c.strings_mended,     c.fields_dropped};
}

}  // namespace tracery::app
