// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>

#include "base/clock.h"
#include "base/compression.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "model/event.h"
#include "protocols/honeycomb/event_decoder.h"
#include "protocols/otlp/decoder.h"
#include "protocols/otlp/format.h"
#include "protocols/xray/decoder.h"
#include "server/terminal.h"
#include "server/verbs.h"

namespace tracery::server {
namespace {

constexpr std::size_t kBodyBytesMax = 64ULL << 20;
constexpr const char* kXrayKind = "xray";
constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

/// What a body was read as and what came of it.
struct Checked {
  std::string kind;
  std::vector<model::Event> events;
  std::uint64_t rejected = 0;
  std::vector<std::string> remarks;
};

Result<std::string> read_body(const std::string& name) {
  std::string body;
  if (name == "-") {
    body.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  } else {
    std::ifstream file(name, std::ios::binary);
    if (!file) return Error{ErrorCode::kNotFound, "cannot read: " + name};
    body.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  if (body.starts_with(kGzipMagic)) return decompress(Compression::kGzip, body, kBodyBytesMax);
  if (body.starts_with(kZstdMagic)) return decompress(Compression::kZstd, body, kBodyBytesMax);
  return body;
}

bool looks_like_json(std::string_view body) {
  const std::size_t at = body.find_first_not_of(" \t\r\n");
  return at != std::string_view::npos && (body[at] == '{' || body[at] == '[');
}

/// The outer container of a msgpack body: an array is a batch, a map an event.
std::optional<std::string> msgpack_kind(std::string_view body) {
  if (body.empty()) return std::nullopt;
  const auto first = static_cast<unsigned char>(body.front());
  if ((first & 0xF0U) == 0x90U || first == 0xDC || first == 0xDD) return "honeycomb-batch";
  if ((first & 0xF0U) == 0x80U || first == 0xDE || first == 0xDF) return "honeycomb-event";
  return std::nullopt;
}

std::string otlp_kind(otlp::Signal signal) {
  return check_kinds()[static_cast<std::size_t>(signal)];
}

std::optional<std::string> find_kind(std::string_view body) {
  const bool is_json = looks_like_json(body);
  const bool is_segment = is_json && (body.find("TraceSegmentDocuments") != body.npos ||
                                      body.find("\"trace_id\"") != body.npos);
  if (is_segment) return kXrayKind;
  if (is_json && body[body.find_first_not_of(" \t\r\n")] == '[') return "honeycomb-batch";
  const auto format = is_json ? otlp::Format::kJson : otlp::Format::kProtobuf;
  if (const auto signal = otlp::guess_signal(body, format)) return otlp_kind(*signal);
  if (is_json) return "honeycomb-event";
  return msgpack_kind(body);
}

Result<Checked> check_otlp(std::string_view body, Checked checked, otlp::Signal signal) {
  const auto format = looks_like_json(body) ? otlp::Format::kJson : otlp::Format::kProtobuf;
  model::EventList events;
  const otlp::OtlpContext context{.now_ns = SystemClock().now_ns(), .dataset = {}};
  auto outcome = TRACERY_TRY(otlp::decode(signal, body, format, context, events));
  checked.events = events.take();
  checked.rejected = outcome.rejected;
  if (!outcome.message.empty()) checked.remarks.push_back(outcome.message);
  for (std::string& warning : outcome.warnings) checked.remarks.push_back(std::move(warning));
  return checked;
}

Result<Checked> check_honeycomb(std::string_view body, Checked checked,
                                const std::string& dataset) {
  const auto format =
      looks_like_json(body) ? honeycomb::Format::kJson : honeycomb::Format::kMsgpack;
  const honeycomb::EventContext context{
      .dataset = dataset, .event_time = {}, .samplerate = {}, .now_ns = SystemClock().now_ns()};
  model::EventList events;
  if (checked.kind == "honeycomb-event") {
    TRACERY_TRY(honeycomb::decode_event(body, format, context, events));
  } else {
    const auto outcome = TRACERY_TRY(honeycomb::decode_batch(body, format, context, events));
    for (std::size_t i = 0; i < outcome.entries.size(); ++i) {
      if (outcome.entries[i].error.empty()) continue;
      ++checked.rejected;
      checked.remarks.push_back("entry " + std::to_string(i) + ": " + outcome.entries[i].error);
    }
  }
  checked.events = events.take();
  return checked;
}

/// A document, a list of them, a datagram, or a PutTraceSegments body.
Result<Checked> check_xray(std::string_view body, Checked checked) {
  model::EventList events;
  auto outcome = xray::decode_put_segments(body, xray::Validation::kLenient, events);
  if (!outcome.ok()) {
    const xray::Datagram datagram = xray::read_datagram(body);
    std::string list;
    xray::append_document(list, datagram.problem ? body : datagram.document);
    outcome = xray::decode_document_list(list, xray::Validation::kLenient, events);
  }
  if (!outcome.ok()) return outcome.error();
  checked.events = events.take();
  checked.rejected = outcome->unprocessed.size();
  for (const xray::Unprocessed& document : outcome->unprocessed) {
    checked.remarks.push_back(document.message());
  }
  return checked;
}

Result<Checked> check_body(const CheckOptions& options) {
  const std::string body = TRACERY_TRY(read_body(options.file));
  const auto kind = options.kind.empty() ? find_kind(body) : options.kind;
  if (!kind) {
    return Error{ErrorCode::kUnsupported, "cannot tell what this is; say it with --as"};
  }
  Checked checked{.kind = *kind, .events = {}, .remarks = {}};
  for (const auto signal : {otlp::Signal::kTraces, otlp::Signal::kLogs, otlp::Signal::kMetrics}) {
    if (*kind == otlp_kind(signal)) return check_otlp(body, std::move(checked), signal);
  }
  if (*kind == kXrayKind) return check_xray(body, std::move(checked));
  return check_honeycomb(body, std::move(checked), options.dataset);
}

void write_value(JsonWriter& json, const model::Value& value) {
  std::visit(
      [&json](const auto& held) {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::monostate>) {
          json.null();
        } else {
          json.value(held);
        }
      },
      value);
}

std::string encode(const Checked& checked) {
  JsonWriter json;
  json.begin_object().field("kind", checked.kind);
  json.field("events_stored", static_cast<std::uint64_t>(checked.events.size()));
  json.field("rejected", checked.rejected).key("remarks").begin_array();
  for (const std::string& remark : checked.remarks) json.value(remark);
  json.end_array().key("events").begin_array();
  for (const model::Event& event : checked.events) {
    json.begin_object()
        .field("dataset", event.dataset)
        .field("time", format_rfc3339(event.time_ns));
    json.field("samplerate", event.sample_rate).key("data").begin_object();
    for (const model::Field& field : event.fields) {
      json.key(field.name);
      write_value(json, field.value);
    }
    json.end_object().end_object();
  }
  return json.end_array().end_object().take();
}

void print_for_people(const Checked& checked) {
  const Paint paint = stdout_paint();
  for (const model::Event& event : checked.events) {
    std::printf("%s %s\n", paint.bold(format_rfc3339(event.time_ns)).c_str(),
                paint.bold(printable(event.dataset)).c_str());
    for (const model::Field& field : event.fields) {
      JsonWriter json;
      write_value(json, field.value);
      std::printf("  %s = %s\n", printable(field.name).c_str(), json.text().c_str());
    }
  }
  std::map<std::string, std::size_t> counts;
  for (const model::Event& event : checked.events) ++counts[event.dataset];
  std::printf("%s: %zu events would be stored, %llu rejected\n", checked.kind.c_str(),
              checked.events.size(), static_cast<unsigned long long>(checked.rejected));
  for (const auto& [dataset, count] : counts) {
    std::printf("  %s: %zu\n", printable(dataset).c_str(), count);
  }
  for (const std::string& remark : checked.remarks) {
    std::fprintf(stderr, "tracery: %s\n", printable(remark).c_str());
  }
}

}  // namespace

const std::vector<std::string>& check_kinds() {
  // The first three in the order of otlp::Signal.
  static const std::vector<std::string> kinds = {
      "otlp-traces", "otlp-logs", "otlp-metrics", "honeycomb-event", "honeycomb-batch", "xray"};
  return kinds;
}

int run_check(const CheckOptions& options) {
  const auto checked = check_body(options);
  if (!checked) return report(checked.error());
  if (options.json) {
    std::printf("%s\n", encode(*checked).c_str());
  } else {
    print_for_people(*checked);
  }
  return checked->rejected == 0 ? kExitOk : kExitFailed;
}

}  // namespace tracery::server
