// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/span_document.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/time.h"
#include "base/utf8.h"
#include "model/names.h"
#include "protocols/xray/ids.h"
#include "protocols/xray/names.h"

namespace tracery::xray {
namespace {

using model::Event;
using model::Value;
using nlohmann::ordered_json;

using Names = std::initializer_list<std::string_view>;

constexpr std::size_t kNameBytesMax = 200;

/// First parts of names that semantic conventions and we ourselves use: no annotations.
constexpr std::array<std::string_view, 34> kKnownPrefixes = {
    "aws.",        "browser.", "client.",  "cloud.",     "code.",      "container.", "db.",
    "deployment.", "enduser.", "error.",   "event.",     "exception.", "faas.",      "host.",
    "http.",       "k8s.",     "library.", "messaging.", "meta.",      "net.",       "network.",
    "os.",         "otel.",    "peer.",    "process.",   "resource.",  "rpc.",       "scope.",
    "server.",     "service.", "span.",    "telemetry.", "thread.",    "trace."};
constexpr std::array<std::string_view, 9> kKnownNames = {
    "name",        "type",     "duration_ms",        "error", "status_code", "status_message",
    "parent_name", "url.full", "user_agent.original"};

ordered_json to_json(const Value& value) {
  return std::visit(
      [](const auto& each) -> ordered_json {
        if constexpr (std::is_same_v<std::decay_t<decltype(each)>, std::monostate>) {
          return nullptr;
        } else {
          return each;
        }
      },
      value);
}

/// The first of the fields that is there.
const Value* find_first(const Event& event, Names names) {
  for (const std::string_view name : names) {
    const Value* value = model::find_field(event, name);
    if (value != nullptr && !std::holds_alternative<std::monostate>(*value)) return value;
  }
  return nullptr;
}

std::string first_text(const Event& event, Names names) {
  for (const std::string_view name : names) {
    std::string text = text_field(event, name);
    if (!text.empty()) return text;
  }
  return {};
}

void put(ordered_json& object, const char* name, const Event& event, Names names) {
  if (const Value* value = find_first(event, names)) object[name] = to_json(*value);
}

void put_block(ordered_json& document, const char* name, ordered_json block) {
  if (!block.empty()) document[name] = std::move(block);
}

std::string kind_of(const Event& span) { return text_field(span, model::names::kSpanKind); }

bool is_call(const Event& span) {
  const std::string kind = kind_of(span);
  return kind == "client" || kind == "producer";
}

bool is_aws_call(const Event& span) { return text_field(span, "rpc.system") == "aws-api"; }

std::string name_of(const ForeignSpan& foreign) {
  const Event& span = *foreign.span;
  std::string name;
  if (foreign.is_segment) {
    name = text_field(span, model::names::kServiceName);
  } else if (is_call(span)) {
    name = first_text(span, {"peer.service", "aws.service", "messaging.destination.name",
                             "messaging.destination", "rpc.service", "db.namespace", "db.name",
                             "server.address", "net.peer.name", "http.host"});
  }
  if (name.empty()) name = text_field(span, model::names::kName);
  return name.empty() ? "span" : std::string(cut_utf8(name, kNameBytesMax));
}

std::string url_of(const Event& span) {
  std::string url = first_text(span, {"http.url", "url.full"});
  if (!url.empty()) return url;
  std::string target = text_field(span, "http.target");
  if (target.empty()) {
    target = text_field(span, "url.path");
    const std::string query = text_field(span, "url.query");
    if (!query.empty()) target += '?' + query;
  }
  std::string host = text_field(span, "http.host");
  if (host.empty()) {
    host = first_text(span, {"server.address", "net.host.name"});
    const std::string port = first_text(span, {"server.port", "net.host.port"});
    if (!host.empty() && !port.empty()) host += ':' + port;
  }
  if (host.empty()) return target;
  const std::string scheme = first_text(span, {"http.scheme", "url.scheme"});
  return (scheme.empty() ? "http" : scheme) + "://" + host + target;
}

ordered_json http_of(const Event& span) {
  ordered_json request;
  put(request, "method", span, {"http.method", "http.request.method"});
  const bool is_http =
      !request.empty() ||
      find_first(span, {"http.status_code", "http.response.status_code"}) != nullptr;
  if (!is_http) return {};
  if (std::string url = url_of(span); !url.empty()) request["url"] = std::move(url);
  put(request, "user_agent", span, {"http.user_agent", "user_agent.original"});
  put(request, "client_ip", span, {"http.client_ip", "client.address"});
  ordered_json response;
  put(response, "status", span, {"http.status_code", "http.response.status_code"});
  put(response, "content_length", span,
      {"http.response_content_length", "http.response.body.size"});
  ordered_json http;
  put_block(http, "request", std::move(request));
  put_block(http, "response", std::move(response));
  return http;
}

void put_flags(ordered_json& document, const Event& span) {
  std::int64_t status = 0;
  if (const Value* value = find_first(span, {"http.status_code", "http.response.status_code"})) {
    if (const auto* number = std::get_if<std::int64_t>(value)) status = *number;
  }
  const bool is_client_error = status >= 400 && status < 500;
  const Value* error = model::find_field(span, model::names::kError);
  const bool has_failed = error != nullptr && *error == Value(true);
  if (is_client_error) document["error"] = true;
  if (status == 429) document["throttle"] = true;
  if (status >= 500 || (has_failed && !is_client_error)) document["fault"] = true;
}

ordered_json sql_of(const Event& span) {
  ordered_json sql;
  put(sql, "database_type", span, {"db.system", "db.system.name"});
  put(sql, "sanitized_query", span, {"db.statement", "db.query.text"});
  put(sql, "user", span, {"db.user"});
  put(sql, "connection_string", span, {"db.connection_string"});
  return sql.contains("sanitized_query") || sql.contains("connection_string") ? sql
                                                                              : ordered_json();
}

ordered_json aws_of(const Event& span) {
  ordered_json aws;
  put(aws, "operation", span, {"aws.operation", "rpc.method"});
  put(aws, "region", span, {"aws.region", "cloud.region"});
  put(aws, "request_id", span, {"aws.request_id"});
  put(aws, "queue_url", span, {"aws.sqs.queue.url", "aws.queue_url"});
  put(aws, "table_name", span, {"aws.table_name"});
  return aws;
}

/// The id of an exception: the same each time the document is asked for.
std::string exception_id(const Event& span, std::size_t index) {
  return make_entity_id(hash64(text_field(span, model::names::kSpanId), index));
}

ordered_json cause_of(const ForeignSpan& foreign) {
  if (foreign.exceptions.empty()) return {};
  ordered_json exceptions = ordered_json::array();
  for (const Event* event : foreign.exceptions) {
    ordered_json exception = {{"id", exception_id(*foreign.span, exceptions.size())}};
    put(exception, "type", *event, {names::kExceptionType});
    put(exception, "message", *event, {names::kExceptionMessage});
    exceptions.push_back(std::move(exception));
  }
  return {{"exceptions", std::move(exceptions)}};
}

std::string origin_of(const Event& span) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kOrigins = {{
      {"aws_ec2", "AWS::EC2::Instance"},
      {"aws_ecs", "AWS::ECS::Container"},
      {"aws_eks", "AWS::EKS::Container"},
      {"aws_elastic_beanstalk", "AWS::ElasticBeanstalk::Environment"},
      {"aws_app_runner", "AWS::AppRunner::Service"},
      {"aws_lambda", "AWS::Lambda::Function"},
  }};
  const std::string platform = text_field(span, "cloud.platform");
  for (const auto& [name, origin] : kOrigins) {
    if (name == platform) return std::string(origin);
  }
  return {};
}

/// Fields that say what another place of the document says already.
bool is_elsewhere(std::string_view name) {
  return name.starts_with("trace.") || name.starts_with("meta.") || name == "name" ||
         name == "type" || name == "duration_ms" || name == "span.kind" || name == "service.name";
}

void put_attributes(ordered_json& document, const Event& span) {
  ordered_json annotations;
  ordered_json metadata;
  for (const model::Field& field : span.fields) {
    if (std::holds_alternative<std::monostate>(field.value) || is_elsewhere(field.name)) continue;
    (is_annotation(field.name) ? annotations : metadata)[field.name] = to_json(field.value);
  }
  put_block(document, "annotations", std::move(annotations));
  if (!metadata.empty()) document["metadata"] = {{"default", std::move(metadata)}};
}

}  // namespace

bool is_annotation(std::string_view name) {
  const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
  return std::none_of(kKnownPrefixes.begin(), kKnownPrefixes.end(), begins) &&
         std::find(kKnownNames.begin(), kKnownNames.end(), name) == kKnownNames.end() &&
         !name.starts_with("url.") && !name.starts_with("user_agent.");
}

double to_document_seconds(std::int64_t time_ns) {
  return std::round(static_cast<double>(time_ns) / static_cast<double>(kNsPerUs)) / 1e6;
}

std::string text_field(const Event& event, std::string_view name) {
  const Value* value = model::find_field(event, name);
  if (value == nullptr) return {};
  if (const auto* text = std::get_if<std::string>(value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(value)) return std::to_string(*number);
  return {};
}

ordered_json write_span_document(const ForeignSpan& foreign) {
  const Event& span = *foreign.span;
  double duration_ms = 0;
  if (const Value* value = model::find_field(span, model::names::kDurationMs)) {
    if (const auto* number = std::get_if<double>(value)) duration_ms = *number;
    if (const auto* number = std::get_if<std::int64_t>(value)) {
      duration_ms = static_cast<double>(*number);
    }
  }
  const auto duration_ns = static_cast<std::int64_t>(duration_ms * static_cast<double>(kNsPerMs));
  ordered_json document = {{"id", text_field(span, model::names::kSpanId)},
                           {"name", name_of(foreign)},
                           {"start_time", to_document_seconds(span.time_ns)},
                           {"end_time", to_document_seconds(span.time_ns + duration_ns)}};
  if (!foreign.is_segment && is_call(span)) {
    document["namespace"] = is_aws_call(span) ? "aws" : "remote";
  }
  if (std::string origin = origin_of(span); foreign.is_segment && !origin.empty()) {
    document["origin"] = std::move(origin);
  }
  put(document, "user", span, {names::kUser, "user.id"});
  put_flags(document, span);
  put_block(document, "http", http_of(span));
  put_block(document, "sql", sql_of(span));
  if (is_aws_call(span)) put_block(document, "aws", aws_of(span));
  put_block(document, "cause", cause_of(foreign));
  put_attributes(document, span);
  return document;
}

}  // namespace tracery::xray
