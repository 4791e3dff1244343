// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <simdjson.h>

#include "base/time.h"
#include "base/utf8.h"
#include "protocols/rollbar/frame_names.h"
#include "protocols/rollbar/trace_context.h"

namespace tracery::rollbar {
namespace {

namespace dom = simdjson::dom;
namespace ondemand = simdjson::ondemand;

constexpr std::size_t kEnvironmentBytesMax = 255;
constexpr std::size_t kUuidBytesMax = 128;
constexpr std::size_t kFlatFieldsMax = 200;
constexpr std::size_t kListTextBytesMax = 1024;
constexpr std::array<std::string_view, 5> kLevels = {"critical", "error", "warning", "info",
                                                     "debug"};
/// Headers that become fields of their own; the rest is in the document.
constexpr std::array<std::string_view, 6> kHeaders = {"user-agent", "referer",      "host",
                                                      "accept",     "content-type", "x-request-id"};

std::optional<dom::object> object_at(const dom::object& parent, std::string_view key) {
  dom::object found;
  if (parent[key].get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

std::string_view text_at(const dom::object& parent, std::string_view key) {
  std::string_view text;
  return parent[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

/// A text, or a number's digits: ids come as either.
std::string scalar_text(const dom::element& value) {
  switch (value.type()) {
    case dom::element_type::STRING: return std::string(value.get_string().value_unsafe());
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE: return simdjson::minify(value);
    default: return {};
  }
}

std::string scalar_at(const dom::object& parent, std::string_view key) {
  dom::element value;
  return parent[key].get(value) == simdjson::SUCCESS ? scalar_text(value) : std::string();
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return out;
}

/// Seconds; milliseconds when the number is too large for a date in this century.
std::int64_t time_ns_of(const dom::object& data) {
  double seconds = 0;
  if (data["timestamp"].get(seconds) != simdjson::SUCCESS || !std::isfinite(seconds)) return 0;
  constexpr double kMillisecondsFrom = 1e11;
  if (seconds > kMillisecondsFrom) seconds /= 1000;
  constexpr double kSecondsMax = 9e9;
  if (seconds <= 0 || seconds > kSecondsMax) return 0;
  std::int64_t whole = 0;
  if (data["timestamp"].get(whole) == simdjson::SUCCESS && whole < 9'000'000'000) {
    return whole * kNsPerSecond;
  }
  return static_cast<std::int64_t>(seconds * 1e3) * kNsPerMs;
}

/// Puts the members of objects into a flat list of fields, "outer.inner".
class Flattener {
 public:
  explicit Flattener(std::vector<model::Field>& fields) : fields_(fields) {}

  void put(std::string_view name, const dom::element& value) {
    if (fields_.size() >= kFlatFieldsMax || name.empty()) return;
    switch (value.type()) {
      case dom::element_type::STRING:
        add(name, std::string(value.get_string().value_unsafe()));
        break;
      case dom::element_type::BOOL: add(name, value.get_bool().value_unsafe()); break;
      case dom::element_type::INT64: add(name, value.get_int64().value_unsafe()); break;
      case dom::element_type::UINT64:
        add(name, static_cast<double>(value.get_uint64().value_unsafe()));
        break;
      case dom::element_type::DOUBLE: add(name, value.get_double().value_unsafe()); break;
      default: break;
    }
  }

  /// Objects are followed `depth` levels; short lists, and deeper objects, become JSON text.
  void put_object(const std::string& prefix, const dom::object& object, int depth) {
    for (const auto member : object) {
      const std::string name = prefix + std::string(member.key);
      dom::object inner;
      if (member.value.get(inner) == simdjson::SUCCESS && depth > 1) {
        put_object(name + '.', inner, depth - 1);
      } else if (member.value.is_array() || member.value.is_object()) {
        put_json(name, member.value);
      } else {
        put(name, member.value);
      }
    }
  }

  void put_json(std::string_view name, const dom::element& value) {
    std::string text = simdjson::minify(value);
    if (text.size() <= kListTextBytesMax && fields_.size() < kFlatFieldsMax) {
      add(name, std::move(text));
    }
  }

 private:
  void add(std::string_view name, model::Value value) {
    fields_.push_back({std::string(name), std::move(value)});
  }

  std::vector<model::Field>& fields_;
};

Frame frame_of(const dom::object& from, std::string_view root, bool is_browser) {
  Frame frame;
  frame.filename = text_at(from, "filename");
  frame.method = text_at(from, "method");
  const auto lineno = from["lineno"].get_int64();
  if (lineno.error() == simdjson::SUCCESS) frame.lineno = lineno.value_unsafe();
  bool sent = false;
  if (from["in_app"].get(sent) == simdjson::SUCCESS) {
    frame.in_project = sent;
  } else if (!root.empty() && !is_browser) {
    frame.in_project =
        without_root(frame.filename, root) != frame.filename && !is_library_file(frame.filename);
  } else {
    frame.in_project = !is_library_file(frame.filename);
  }
  return frame;
}

Exception exception_of(const dom::object& trace, std::string_view root, bool is_browser) {
  Exception exception;
  if (const auto sent = object_at(trace, "exception")) {
    exception.type = text_at(*sent, "class");
    exception.message = scalar_at(*sent, "message");
    exception.description = text_at(*sent, "description");
  }
  dom::array frames;
  if (trace["frames"].get(frames) == simdjson::SUCCESS) {
    for (const dom::element each : frames) {
      dom::object frame;
      if (each.get(frame) != simdjson::SUCCESS) continue;
      exception.frames.push_back(frame_of(frame, root, is_browser));
    }
  }
  return exception;
}

class ReportReader {
 public:
  explicit ReportReader(const dom::object& data) : data_(data) {}

  Result<Report> read() {
    TRACERY_TRY(read_environment());
    read_facts();
    TRACERY_TRY(read_body());
    read_level();
    read_trace_context(data_, report_);
    read_fields();
    return std::move(report_);
  }

 private:
  Status read_environment() {
    dom::element value;
    if (data_["environment"].get(value) != simdjson::SUCCESS || value.is_null()) {
      return Error{ErrorCode::kInvalid, "data.environment is required"};
    }
    if (!value.is_string() || value.get_string().value_unsafe().empty()) {
      return Error{ErrorCode::kInvalid, "data.environment must be a non-empty string"};
    }
    const std::string_view environment = value.get_string().value_unsafe();
    if (environment.size() > kEnvironmentBytesMax) {
      return Error{ErrorCode::kInvalid, "data.environment must be at most 255 characters"};
    }
    report_.environment = environment;
    return {};
  }

  void read_facts() {
    report_.title = text_at(data_, "title");
    report_.fingerprint = scalar_at(data_, "fingerprint");
    report_.uuid = text_at(data_, "uuid");
    if (report_.uuid.size() > kUuidBytesMax) report_.uuid.clear();
    report_.platform = text_at(data_, "platform");
    report_.language = text_at(data_, "language");
    report_.framework = text_at(data_, "framework");
    report_.context = text_at(data_, "context");
    report_.code_version = scalar_at(data_, "code_version");
    report_.time_ns = time_ns_of(data_);
    if (const auto server = object_at(data_, "server")) {
      report_.root = text_at(*server, "root");
      report_.host = text_at(*server, "host");
      if (report_.code_version.empty()) report_.code_version = scalar_at(*server, "code_version");
      if (report_.code_version.empty()) report_.code_version = scalar_at(*server, "sha");
    }
    if (const auto person = object_at(data_, "person")) report_.person = scalar_at(*person, "id");
    if (const auto request = object_at(data_, "request")) {
      report_.user_ip = text_at(*request, "user_ip");
    }
    if (const auto client = object_at(data_, "client")) {
      const auto script = object_at(*client, "javascript");
      if (script && report_.code_version.empty()) {
        report_.code_version = scalar_at(*script, "code_version");
      }
    }
  }

  Status read_body() {
    const auto body = object_at(data_, "body");
    if (!body) return Error{ErrorCode::kInvalid, "data.body is required and must be an object"};
    int kinds = 0;
    for (const ReportKind kind : {ReportKind::kTrace, ReportKind::kTraceChain, ReportKind::kMessage,
                                  ReportKind::kCrashReport}) {
      dom::element value;
      if ((*body)[to_string(kind)].get(value) != simdjson::SUCCESS || value.is_null()) continue;
      ++kinds;
      report_.kind = kind;
      TRACERY_TRY(read_kind(kind, value));
    }
    if (kinds == 1) return {};
    return Error{ErrorCode::kInvalid,
                 "data.body must have exactly one of: trace, trace_chain, message, crash_report"};
  }

  Status read_kind(ReportKind kind, const dom::element& value) {
    if (kind == ReportKind::kTraceChain) return read_chain(value);
    dom::object object;
    if (value.get(object) != simdjson::SUCCESS) {
      return Error{ErrorCode::kInvalid,
                   "must be an object: data.body." + std::string(to_string(kind))};
    }
    if (kind == ReportKind::kTrace) {
      add_trace(object);
    } else if (kind == ReportKind::kMessage) {
      report_.message = scalar_at(object, "body");
    } else {
      report_.message = text_at(object, "raw");
    }
    return {};
  }

  Status read_chain(const dom::element& value) {
    dom::array chain;
    if (value.get(chain) != simdjson::SUCCESS || chain.begin() == chain.end()) {
      return Error{ErrorCode::kInvalid, "data.body.trace_chain must be a non-empty list"};
    }
    for (const dom::element each : chain) {
      dom::object trace;
      if (each.get(trace) == simdjson::SUCCESS) add_trace(trace);
    }
    return {};
  }

  void add_trace(const dom::object& trace) {
    report_.exceptions.push_back(exception_of(trace, report_.root, report_.platform == "browser"));
  }

  void read_level() {
    report_.level = lower(text_at(data_, "level"));
    const bool is_known = std::find(kLevels.begin(), kLevels.end(), report_.level) != kLevels.end();
    if (!is_known) report_.level = report_.kind == ReportKind::kMessage ? "info" : "error";
  }

  void read_fields() {
    Flattener flat(report_.fields);
    const auto put_inner = [&](std::string_view key, int depth) {
      if (const auto inner = object_at(data_, key)) {
        flat.put_object(std::string(key) + '.', *inner, depth);
      }
    };
    put_inner("person", 1);
    put_inner("server", 1);
    read_request(flat);
    put_inner("client", 2);
    if (const auto notifier = object_at(data_, "notifier")) {
      for (const char* name : {"name", "version"}) {
        dom::element value;
        if ((*notifier)[name].get(value) == simdjson::SUCCESS) {
          flat.put(std::string("notifier.") + name, value);
        }
      }
    }
    read_attributes(flat);
    put_inner("custom", 3);
    // The rest of `data` under its own names: environment, level, code_version, …
    for (const auto member : data_) {
      if (!member.value.is_object() && !member.value.is_array()) flat.put(member.key, member.value);
    }
  }

  void read_request(Flattener& flat) {
    const auto request = object_at(data_, "request");
    if (!request) return;
    for (const auto member : *request) {
      // The address goes in resolved, by whoever knows the peer.
      if (member.key == "user_ip" || member.value.is_object() || member.value.is_array()) continue;
      flat.put(std::string("request.") + std::string(member.key), member.value);
    }
    const auto headers = object_at(*request, "headers");
    if (!headers) return;
    for (const auto header : *headers) {
      const std::string name = lower(header.key);
      if (std::find(kHeaders.begin(), kHeaders.end(), name) == kHeaders.end()) continue;
      flat.put("request.headers." + name, header.value);
    }
  }

  void read_attributes(Flattener& flat) {
    dom::array attributes;
    if (data_["attributes"].get(attributes) != simdjson::SUCCESS) return;
    for (const dom::element each : attributes) {
      dom::object attribute;
      if (each.get(attribute) != simdjson::SUCCESS) continue;
      const std::string_view key = text_at(attribute, "key");
      dom::element value;
      if (key.empty() || attribute["value"].get(value) != simdjson::SUCCESS) continue;
      flat.put("attributes." + std::string(key), value);
    }
  }

  const dom::object& data_;
  Report report_;
};

struct Envelope {
  std::string access_token;
  std::string_view data;  ///< Raw JSON; empty when there is none.
};

/// The top level, with `data` as the bytes it came in.
Result<Envelope> read_envelope(ondemand::parser& parser, const simdjson::padded_string& body) {
  const Error malformed{ErrorCode::kMalformed, "request body is not a JSON object"};
  ondemand::document document;
  ondemand::object top;
  if (parser.iterate(body).get(document) != simdjson::SUCCESS) return malformed;
  if (document.get_object().get(top) != simdjson::SUCCESS) return malformed;
  Envelope envelope;
  for (auto field : top) {
    std::string_view key;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS) return malformed;
    ondemand::value value;
    if (field.value().get(value) != simdjson::SUCCESS) return malformed;
    if (key == "data") {
      if (simdjson::to_json_string(value).get(envelope.data) != simdjson::SUCCESS) {
        return malformed;
      }
    } else if (key == "access_token") {
      std::string_view token;
      if (value.get_string().get(token) == simdjson::SUCCESS) envelope.access_token = token;
    }
  }
  return envelope;
}

}  // namespace

std::string_view to_string(ReportKind kind) {
  switch (kind) {
    case ReportKind::kTrace: return "trace";
    case ReportKind::kTraceChain: return "trace_chain";
    case ReportKind::kMessage: return "message";
    case ReportKind::kCrashReport: return "crash_report";
  }
  return {};
}

Result<Report> read_report(std::string_view body) {
  const simdjson::padded_string padded = is_utf8(body)
                                             ? simdjson::padded_string(body)
                                             : simdjson::padded_string(replace_bad_utf8(body));
  ondemand::parser envelope_parser;
  Envelope envelope = TRACERY_TRY(read_envelope(envelope_parser, padded));
  if (envelope.data.empty()) return Error{ErrorCode::kInvalid, "data is required"};
  dom::parser parser;
  dom::element root;
  dom::object data;
  if (parser.parse(envelope.data.data(), envelope.data.size()).get(root) != simdjson::SUCCESS) {
    return Error{ErrorCode::kMalformed, "request body is not a JSON object"};
  }
  if (root.get(data) != simdjson::SUCCESS) {
    return Error{ErrorCode::kInvalid, "data must be an object"};
  }
  Report report = TRACERY_TRY(ReportReader(data).read());
  report.document = envelope.data;
  report.access_token = std::move(envelope.access_token);
  return report;
}

}  // namespace tracery::rollbar
