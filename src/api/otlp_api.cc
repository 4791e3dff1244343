// SPDX-License-Identifier: Apache-2.0
#include "api/otlp_api.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "api/answers.h"
#include "api/auth.h"
#include "api/error_status.h"
#include "base/time.h"
#include "protocols/honeycomb/names.h"
#include "protocols/otlp/response_encoder.h"

namespace tracery::api {
namespace {

constexpr std::string_view kUnsupportedMediaType =
    "415 unsupported media type, supported: [application/json, application/x-protobuf]";

/// The format a Content-Type names, parameters and case aside.
std::optional<otlp::Format> parse_format(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  while (!type.empty() && type.back() == ' ') type.pop_back();
  if (type == "application/json") return otlp::Format::kJson;
  if (type == "application/x-protobuf" || type == "application/protobuf") {
    return otlp::Format::kProtobuf;
  }
  return std::nullopt;
}

std::string_view content_type_of(otlp::Format format) {
  return format == otlp::Format::kJson ? "application/json" : "application/x-protobuf";
}

app::IngestKind kind_of(otlp::Signal signal) {
  switch (signal) {
    case otlp::Signal::kLogs: return app::IngestKind::kOtlpLogs;
    case otlp::Signal::kMetrics: return app::IngestKind::kOtlpMetrics;
    case otlp::Signal::kTraces: break;
  }
  return app::IngestKind::kOtlpTraces;
}

std::optional<std::int64_t> retry_delay_ns(ErrorCode code) {
  if (!status_of(code).is_retryable) return std::nullopt;
  return kRetryAfterSeconds * kNsPerSecond;
}

/// A body that breaks a limit only once unpacked is refused like one that breaks it as sent.
net::Response status_response(otlp::Format format, const Error& error) {
  const ErrorStatus status = status_of(error.code);
  net::Response response;
  // An encoding that is not spoken is the body's fault here, not the media type's.
  response.status = error.code == ErrorCode::kUnsupported ? 400 : status.http;
  response.headers.emplace_back("Content-Type", content_type_of(format));
  response.body =
      otlp::encode_status(format, status.grpc, error.message, retry_delay_ns(error.code));
  add_retry_after(response, error.code);
  return response;
}

net::Response success_response(otlp::Signal signal, otlp::Format format,
                               const otlp::Outcome& outcome) {
  net::Response response;
  response.headers.emplace_back("Content-Type", content_type_of(format));
  response.body = otlp::encode_export_response(signal, format, outcome);
  return response;
}

/// The dataset header, under either of its names.
std::string dataset_of(const net::Headers& headers) {
  return std::string(headers.get("x-honeycomb-dataset"));
}

struct Export {
  otlp::Signal signal;
  otlp::Format format;
  std::string hint;  ///< Told to the client when its endpoint is set wrongly but understood.
};

void accept_export(Services& services, const std::shared_ptr<Call>& call, const Export& what) {
  if (!call->caller.may_send()) {
    const std::string message = call->caller.key.empty()
                                    ? "missing 'x-honeycomb-team' header"
                                    : "unknown API key - check your credentials";
    call->respond(status_response(what.format, {ErrorCode::kUnauthenticated, message}));
    return;
  }
  const auto compression = parse_compression(call->request.headers.get("content-encoding"));
  if (!compression) {
    const std::string name(call->request.headers.get("content-encoding"));
    call->respond(status_response(
        what.format, {ErrorCode::kUnsupported, "unsupported content-encoding: " + name}));
    return;
  }
  app::IngestRequest request;
  request.kind = kind_of(what.signal);
  request.is_json = what.format == otlp::Format::kJson;
  request.compression = *compression;
  request.is_classic_key = honeycomb::is_classic_key(call->caller.key);
  request.dataset = dataset_of(call->request.headers);
  request.body = std::move(call->request.body);
  services.ingest.accept(std::move(request), [call, what](Result<app::IngestAnswer> answer) {
    if (!answer.ok()) {
      call->respond(status_response(what.format, answer.error()));
      return;
    }
    auto outcome = std::get<otlp::Outcome>(*std::move(answer));
    if (!what.hint.empty()) outcome.warnings.push_back(what.hint);
    call->respond(success_response(what.signal, what.format, outcome));
  });
}

Handler export_handler(Services& services, otlp::Signal signal, std::string hint = {}) {
  return [&services, signal, hint = std::move(hint)](const std::shared_ptr<Call>& call) {
    const auto format = parse_format(call->request.headers.get("content-type"));
    if (!format) {
      call->respond(text_response(415, std::string(kUnsupportedMediaType)));
      return;
    }
    accept_export(services, call, {signal, *format, hint});
  };
}

/// `POST /`: an exporter whose per-signal endpoint lacks its path. The body tells the signal.
Handler root_handler(Services& services) {
  return [&services](const std::shared_ptr<Call>& call) {
    const auto format = parse_format(call->request.headers.get("content-type"));
    if (!format) {
      call->respond(text_response(415, std::string(kUnsupportedMediaType)));
      return;
    }
    const auto compression = parse_compression(call->request.headers.get("content-encoding"));
    constexpr std::size_t kGuessBytesMax = 64ULL << 20;
    const auto body = compression ? decompress(*compression, call->request.body, kGuessBytesMax)
                                  : Result<std::string>(Error{ErrorCode::kUnsupported, ""});
    const auto signal = body.ok() ? otlp::guess_signal(*body, *format) : std::nullopt;
    if (!signal) {
      call->respond(status_response(
          *format, {ErrorCode::kMalformed, "not an OTLP request; the path says no signal"}));
      return;
    }
    const char* path = *signal == otlp::Signal::kTraces    ? "/v1/traces"
                       : *signal == otlp::Signal::kMetrics ? "/v1/metrics"
                                                           : "/v1/logs";
    accept_export(services, call,
                  {*signal, *format, std::string("accepted, but the endpoint lacks ") + path});
  };
}

Handler wrong_method() {
  return [](const std::shared_ptr<Call>& call) {
    net::Response response = text_response(405, "405 method not allowed, supported: [POST]");
    response.headers.emplace_back("Allow", "POST");
    call->respond(std::move(response));
  };
}

net::GrpcResponse grpc_error(const Error& error) {
  const ErrorStatus status = status_of(error.code);
  return {status.grpc,
          error.message,
          otlp::encode_status(otlp::Format::kProtobuf, status.grpc, error.message,
                              retry_delay_ns(error.code)),
          {}};
}

std::optional<otlp::Signal> signal_of_method(std::string_view method) {
  if (method == "/opentelemetry.proto.collector.trace.v1.TraceService/Export") {
    return otlp::Signal::kTraces;
  }
  if (method == "/opentelemetry.proto.collector.logs.v1.LogsService/Export") {
    return otlp::Signal::kLogs;
  }
  if (method == "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export") {
    return otlp::Signal::kMetrics;
  }
  return std::nullopt;
}

}  // namespace

void add_otlp_routes(Router& router, Services& services) {
  struct Path {
    const char* path;
    otlp::Signal signal;
  };
  for (const Path& each :
       {Path{"/v1/traces", otlp::Signal::kTraces}, Path{"/v1/logs", otlp::Signal::kLogs},
        Path{"/v1/metrics", otlp::Signal::kMetrics}}) {
    const std::string path = each.path;
    router.add("POST", path, export_handler(services, each.signal));
    // A neutral name for pages: ad-blockers know the usual one.
    router.add("POST", "/t" + path, export_handler(services, each.signal));
    router.add("POST", path + path,
               export_handler(services, each.signal,
                              "accepted, but the endpoint ends in " + path + " twice"));
    router.add("POST", "/undefined" + path,
               export_handler(services, each.signal,
                              "accepted, but the endpoint starts with an unset variable"));
    for (const char* method : {"GET", "PUT", "DELETE", "PATCH"}) {
      router.add(method, path, wrong_method());
    }
  }
  router.add("POST", "/", root_handler(services));
}

net::GrpcHandler make_otlp_grpc_handler(Services& services) {
  return [&services](net::GrpcRequest call, const net::GrpcRespond& respond) {
    const auto signal = signal_of_method(call.method);
    if (!signal) {
      respond({12, "unknown method " + call.method, {}, {}});
      return;
    }
    const Caller caller = identify(services, call.metadata, call.is_loopback);
    if (!caller.may_send()) {
      respond(grpc_error({ErrorCode::kUnauthenticated,
                          caller.key.empty() ? "missing 'x-honeycomb-team' header"
                                             : "unknown API key - check your credentials"}));
      return;
    }
    app::IngestRequest request;
    request.kind = kind_of(*signal);
    request.is_classic_key = honeycomb::is_classic_key(caller.key);
    request.dataset = dataset_of(call.metadata);
    request.body = std::move(call.message);
    services.ingest.accept(std::move(request), [respond,
                                                signal](const Result<app::IngestAnswer>& answer) {
      if (!answer.ok()) {
        respond(grpc_error(answer.error()));
        return;
      }
      const auto& outcome = std::get<otlp::Outcome>(*answer);
      respond({0, {}, {}, otlp::encode_export_response(*signal, otlp::Format::kProtobuf, outcome)});
    });
  };
}

net::Response otlp_failure(const net::Request& request, ErrorCode code, std::string_view message) {
  const auto format = parse_format(request.headers.get("content-type"));
  return status_response(format.value_or(otlp::Format::kJson), {code, std::string(message)});
}

}  // namespace tracery::api
