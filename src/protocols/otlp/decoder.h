// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/event_sink.h"
#include "protocols/otlp/format.h"

namespace tracery::otlp {

/// What a decoder needs to know besides the body; written to the log with it, so that replay gives
/// the same events.
struct OtlpContext {
  /// When the request came; the time of records that carry none.
  std::int64_t now_ns = 0;
  /// Header x-honeycomb-dataset, empty when absent.
  std::string_view dataset;
  bool is_classic_key = false;
  /// Seed of the random rounding of sampling thresholds that give no whole weight.
  std::uint64_t random_seed = 0;
};

/// What became of a request. `rejected` and `message` are OTLP's partial success.
struct Outcome {
  std::uint64_t accepted = 0;  ///< Spans, log records or data points; span events do not count.
  std::uint64_t rejected = 0;
  /// Says why the first rejected record was, and names it; empty when none was.
  std::string message;
  /// Told to the client in the partial success, also when nothing was rejected.
  std::vector<std::string> warnings;
};

/// Decodes a whole `Export{Trace,Logs,Metrics}ServiceRequest`, already decompressed, into events.
///
/// The mapping is husky's, with differences listed in docs/wire/otlp.md. A bad record fails only
/// itself. kMalformed: the body is no such message (forget what the sink holds). kUnauthenticated:
/// a classic key without a dataset header (traces and metrics).
/// Source: opentelemetry-proto 1.11; Honeycomb's husky 0.43.
Result<Outcome> decode_traces(std::string_view body, Format format, const OtlpContext& context,
                              model::EventSink& sink);
Result<Outcome> decode_logs(std::string_view body, Format format, const OtlpContext& context,
                            model::EventSink& sink);
Result<Outcome> decode_metrics(std::string_view body, Format format, const OtlpContext& context,
                               model::EventSink& sink);

/// The one of the three that `signal` names.
Result<Outcome> decode(Signal signal, std::string_view body, Format format,
                       const OtlpContext& context, model::EventSink& sink);

}  // namespace tracery::otlp
