// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/response_encoder.h"

#include <algorithm>

#include <protozero/pbf_writer.hpp>

#include "base/json_writer.h"
#include "base/time.h"
#include "base/utf8.h"

namespace tracery::otlp {
namespace {

using protozero::pbf_writer;

constexpr const char* kRetryInfoType = "type.googleapis.com/google.rpc.RetryInfo";

std::string_view rejected_name(Signal signal) {
  switch (signal) {
    case Signal::kTraces: return "rejectedSpans";
    case Signal::kLogs: return "rejectedLogRecords";
    case Signal::kMetrics: return "rejectedDataPoints";
  }
  return "rejectedSpans";
}

std::string error_message(const Outcome& outcome) {
  std::string text = outcome.message;
  for (const std::string& warning : outcome.warnings) {
    if (!text.empty()) text += "; ";
    text += warning;
  }
  return replace_bad_utf8(text);
}

/// A google.protobuf.Duration in its JSON form, for example "1.500s".
std::string duration_text(std::int64_t ns) {
  const std::int64_t ms = ns / kNsPerMs;
  std::string text = std::to_string(ms / 1000);
  if (ms % 1000 != 0) {
    std::string fraction = std::to_string(ms % 1000);
    fraction.insert(0, 3 - fraction.size(), '0');
    text += "." + fraction;
  }
  return text + "s";
}

std::string retry_info(std::int64_t delay_ns) {
  std::string bytes;
  pbf_writer info(bytes);
  pbf_writer duration(info, 1);
  duration.add_int64(1, delay_ns / kNsPerSecond);
  duration.add_int32(2, static_cast<std::int32_t>(delay_ns % kNsPerSecond));
  duration.commit();
  return bytes;
}

std::string status_protobuf(int code, const std::string& message,
                            std::optional<std::int64_t> delay_ns) {
  std::string bytes;
  pbf_writer status(bytes);
  status.add_int32(1, code);
  if (!message.empty()) status.add_string(2, message);
  if (delay_ns) {
    pbf_writer any(status, 3);
    any.add_string(1, kRetryInfoType);
    any.add_bytes(2, retry_info(*delay_ns));
    any.commit();
  }
  return bytes;
}

std::string status_json(int code, const std::string& message,
                        std::optional<std::int64_t> delay_ns) {
  JsonWriter out;
  out.begin_object().field("code", code).field("message", std::string_view(message));
  if (delay_ns) {
    out.key("details").begin_array().begin_object();
    out.field("@type", kRetryInfoType);
    out.field("retryDelay", std::string_view(duration_text(*delay_ns)));
    out.end_object().end_array();
  }
  out.end_object();
  return out.take();
}

}  // namespace

std::string encode_export_response(Signal signal, Format format, const Outcome& outcome) {
  const std::string message = error_message(outcome);
  const bool is_full = outcome.rejected == 0 && message.empty();
  if (format == Format::kProtobuf) {
    std::string bytes;
    if (is_full) return bytes;
    pbf_writer response(bytes);
    pbf_writer partial(response, 1);
    if (outcome.rejected > 0) partial.add_int64(1, static_cast<std::int64_t>(outcome.rejected));
    if (!message.empty()) partial.add_string(2, message);
    partial.commit();
    return bytes;
  }
  if (is_full) return "{}";
  JsonWriter out;
  out.begin_object().key("partialSuccess").begin_object();
  if (outcome.rejected > 0) {
    out.field(rejected_name(signal), std::string_view(std::to_string(outcome.rejected)));
  }
  if (!message.empty()) out.field("errorMessage", std::string_view(message));
  out.end_object().end_object();
  return out.take();
}

std::string encode_status(Format format, int grpc_code, std::string_view message,
                          std::optional<std::int64_t> retry_delay_ns) {
  if (retry_delay_ns) retry_delay_ns = std::max<std::int64_t>(0, *retry_delay_ns);
  const std::string text = replace_bad_utf8(message);
  return format == Format::kJson ? status_json(grpc_code, text, retry_delay_ns)
                                 : status_protobuf(grpc_code, text, retry_delay_ns);
}

}  // namespace tracery::otlp
