// SPDX-License-Identifier: Apache-2.0
#include "api/ui_answers.h"

#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/cors.h"
#include "api/error_status.h"
#include "api/json_body.h"
#include "base/time.h"
#include "protocols/honeycomb/query_spec.h"

namespace tracery::api {
namespace {

constexpr std::int64_t kSafeInteger = (std::int64_t{1} << 53) - 1;

std::string_view code_word(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformed: return "bad_request";
    case ErrorCode::kInvalid: return "bad_query";
    case ErrorCode::kUnauthenticated: return "unauthorized";
    case ErrorCode::kForbidden: return "forbidden";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kConflict: return "conflict";
    case ErrorCode::kTooLarge: return "too_large";
    case ErrorCode::kOverloaded:
    case ErrorCode::kUnavailable: return "busy";
    case ErrorCode::kCancelled: return "cancelled";
    default: return "internal";
  }
}

/// "90m" as nanoseconds.
std::optional<std::int64_t> parse_span_ns(std::string_view text) {
  std::int64_t count = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), count);
  if (end.ec != std::errc() || end.ptr + 1 != text.data() + text.size()) return std::nullopt;
  std::int64_t unit_ns = 0;
  switch (*end.ptr) {
    case 's': unit_ns = kNsPerSecond; break;
    case 'm': unit_ns = 60 * kNsPerSecond; break;
    case 'h': unit_ns = 3600 * kNsPerSecond; break;
    case 'd': unit_ns = kNsPerDay; break;
    case 'w': unit_ns = 7 * kNsPerDay; break;
    default: return std::nullopt;
  }
  std::int64_t span_ns = 0;
  if (count <= 0 || __builtin_mul_overflow(count, unit_ns, &span_ns)) return std::nullopt;
  return span_ns;
}

std::optional<std::int64_t> ms_to_ns(std::string_view text) {
  std::int64_t ms = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), ms);
  std::int64_t ns = 0;
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  if (__builtin_mul_overflow(ms, kNsPerMs, &ns)) return std::nullopt;
  return ns;
}

}  // namespace

std::string ui_error_json(const Error& error, std::string_view hint) {
  JsonWriter json;
  json.begin_object().field("code", code_word(error.code)).field("message", error.message);
  return json.field("hint", hint).end_object().take();
}

net::Response ui_error(const Error& error, std::string_view hint) {
  net::Response response = ui_json(status_of(error.code).http, ui_error_json(error, hint));
  add_retry_after(response, error.code);
  return response;
}

net::Response ui_json(int status, std::string body) {
  net::Response response = json_response(status, std::move(body));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

std::optional<net::Response> refuse_ui_call(const Call& call) {
  if (is_foreign_page(call.request)) {
    return ui_error({ErrorCode::kForbidden, "a page of another origin may not use this"});
  }
  if (!call.caller.may_manage()) {
    return ui_error({ErrorCode::kUnauthenticated, "a configuration key is needed"},
                    "make one with: tracery key create --configuration");
  }
  return std::nullopt;
}

Handler ui_handler(Services& services, std::function<Result<net::Response>(const Call&)> work) {
  return on_worker(services, [work = std::move(work)](const Call& call) {
    if (auto refusal = refuse_ui_call(call)) return *std::move(refusal);
    auto response = work(call);
    if (!response.ok()) return ui_error(response.error());
    return *std::move(response);
  });
}

Result<TimeRange> parse_time_range(std::string_view text, std::int64_t now_ns) {
  if (text.empty()) text = "2h";
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    const auto span_ns = parse_span_ns(text);
    if (!span_ns) return Error{ErrorCode::kInvalid, "bad time range: " + std::string(text)};
    return TimeRange{now_ns - *span_ns, now_ns + 1};
  }
  const auto from_ns = ms_to_ns(text.substr(0, dots));
  const auto to_ns = ms_to_ns(text.substr(dots + 2));
  if (!from_ns || !to_ns || *from_ns >= *to_ns) {
    return Error{ErrorCode::kInvalid, "bad time range: " + std::string(text)};
  }
  return TimeRange{*from_ns, *to_ns};
}

Result<TimeRange> range_of(const nlohmann::json& body) {
  TimeRange range;
  const bool overflows =
      __builtin_mul_overflow(int_member(body, "start_ms"), kNsPerMs, &range.from_ns) ||
      __builtin_mul_overflow(int_member(body, "end_ms"), kNsPerMs, &range.to_ns);
  if (overflows || range.from_ns >= range.to_ns) {
    return Error{ErrorCode::kInvalid, "start_ms must be before end_ms"};
  }
  return range;
}

Result<query::FilterSet> filters_of(const nlohmann::json& body, std::int64_t now_ns) {
  nlohmann::json spec = nlohmann::json::object();
  for (const char* name : {"filters", "filter_combination"}) {
    if (body.contains(name)) spec[name] = body.at(name);
  }
  auto decoded = TRACERY_TRY(honeycomb::decode_query_spec(spec.dump(), now_ns));
  return std::move(decoded.filters);
}

std::int64_t to_ms(std::int64_t time_ns) {
  return time_ns / kNsPerMs - (time_ns % kNsPerMs < 0 ? 1 : 0);
}

std::string ns_text(std::int64_t ns) { return std::to_string(ns); }

void write_value(JsonWriter& json, const model::Value& value) {
  struct Write {
    JsonWriter& json;
    void operator()(std::monostate) const { json.null(); }
    void operator()(bool truth) const { json.value(truth); }
    void operator()(std::int64_t number) const {
      if (number > kSafeInteger || number < -kSafeInteger) {
        json.value(std::to_string(number));
      } else {
        json.value(number);
      }
    }
    void operator()(double number) const {
      if (std::isfinite(number)) {
        json.value(number);
      } else {
        json.value(std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
      }
    }
    void operator()(const std::string& text) const { json.value(text); }
  };
  std::visit(Write{json}, value);
}

void write_fields(JsonWriter& json, const std::vector<model::Field>& fields) {
  json.begin_object();
  for (const model::Field& field : fields) {
    json.key(field.name);
    write_value(json, field.value);
  }
  json.end_object();
}

bool EventStream::send(std::string_view name, std::string_view json_line) {
  std::string piece = "event: ";
  piece.append(name).append("\ndata: ").append(json_line).append("\n\n");
  return body_->write(std::move(piece));
}

bool EventStream::comment(std::string_view text) {
  std::string piece = ": ";
  return body_->write(piece.append(text).append("\n\n"));
}

net::Response event_stream_response(std::function<void(std::shared_ptr<EventStream>)> run) {
  net::Response response;
  response.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}};
  response.body = ": ok\n\n";
  response.stream = [run = std::move(run)](std::shared_ptr<net::BodyStream> body) {
    run(std::make_shared<EventStream>(std::move(body)));
  };
  return response;
}

}  // namespace tracery::api
