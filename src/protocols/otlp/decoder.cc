// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/decoder.h"

#include <protozero/exception.hpp>

#include "protocols/otlp/json_transcoder.h"
#include "protocols/otlp/log_decoder.h"
#include "protocols/otlp/metric_decoder.h"
#include "protocols/otlp/trace_decoder.h"

namespace tracery::otlp {
namespace {

/// husky's text, which clients show.
constexpr const char* kParseFailed = "failed to parse OTLP request body";

template <typename Decoder>
Result<Outcome> decode_protobuf(std::string_view body, const OtlpContext& context,
                                model::EventSink& sink) {
  try {
    return Decoder(context, sink).decode(body);
  } catch (const protozero::exception& error) {
    return Error{ErrorCode::kMalformed, std::string(kParseFailed) + ": " + error.what()};
  }
}

template <typename Decoder>
Result<Outcome> decode_either(std::string_view body, Format format, const JsonMessage& request,
                              const OtlpContext& context, model::EventSink& sink) {
  if (format == Format::kProtobuf) return decode_protobuf<Decoder>(body, context, sink);
  const auto bytes = transcode_json(body, request);
  if (!bytes.ok()) return Error(bytes.error()).with(kParseFailed);
  return decode_protobuf<Decoder>(*bytes, context, sink);
}

Status check_dataset(const OtlpContext& context) {
  if (!context.is_classic_key || !context.dataset.empty()) return {};
  return Error{ErrorCode::kUnauthenticated, "missing 'x-honeycomb-dataset' header"};
}

}  // namespace

Result<Outcome> decode_traces(std::string_view body, Format format, const OtlpContext& context,
                              model::EventSink& sink) {
  TRACERY_TRY(check_dataset(context));
  return decode_either<TraceDecoder>(body, format, kTracesRequest, context, sink);
}

Result<Outcome> decode_logs(std::string_view body, Format format, const OtlpContext& context,
                            model::EventSink& sink) {
  return decode_either<LogDecoder>(body, format, kLogsRequest, context, sink);
}

Result<Outcome> decode_metrics(std::string_view body, Format format, const OtlpContext& context,
                               model::EventSink& sink) {
  TRACERY_TRY(check_dataset(context));
  return decode_either<MetricDecoder>(body, format, kMetricsRequest, context, sink);
}

Result<Outcome> decode(Signal signal, std::string_view body, Format format,
                       const OtlpContext& context, model::EventSink& sink) {
  switch (signal) {
    case Signal::kTraces: return decode_traces(body, format, context, sink);
    case Signal::kLogs: return decode_logs(body, format, context, sink);
    case Signal::kMetrics: return decode_metrics(body, format, context, sink);
  }
  return Error{ErrorCode::kInternal, "unknown signal"};
}

}  // namespace tracery::otlp
