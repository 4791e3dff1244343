// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/entity_writer.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <span>

#include "base/hash.h"
#include "base/hex.h"
#include "base/time.h"
#include "model/names.h"
#include "protocols/xray/ids.h"
#include "protocols/xray/names.h"

namespace tracery::xray {
namespace {

std::string change_case(std::string_view text, int (*change)(int)) {
  std::string changed(text);
  std::transform(changed.begin(), changed.end(), changed.begin(),
                 [&](unsigned char c) { return static_cast<char>(change(c)); });
  return changed;
}

std::string_view kind_of(const Entity& entity) {
  if (entity.is_segment) return "server";
  return entity.calls() ? "client" : "internal";
}

struct UrlParts {
  std::string_view host, target;
};

/// "shop:8080" and "/cart?id=1" of "http://shop:8080/cart?id=1"; of a bare path only the target.
UrlParts split_url(std::string_view url) {
  constexpr std::string_view kSchemeEnd = "://";
  if (url.starts_with('/')) return {{}, url};
  const std::size_t scheme = url.find(kSchemeEnd);
  if (scheme == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme + kSchemeEnd.size());
  const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
  return {rest.substr(0, path), path == rest.size() ? std::string_view("/") : rest.substr(path)};
}

/// "accounts" of "postgresql://db:5432/accounts?ssl=1".
std::string_view database_of(std::string_view url) {
  std::string_view target = split_url(url).target;
  target = target.substr(0, target.find('?'));
  const std::size_t slash = target.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : target.substr(slash + 1);
}

}  // namespace

std::int64_t to_time_ns(double seconds) {
  constexpr double kSecondsMax = 9'223'372'036.0;  // What nanoseconds in 64 bits hold.
  return std::llround(std::clamp(seconds, -kSecondsMax, kSecondsMax) * 1e6) * kNsPerUs;
}

void EntityWriter::write(const Document& document) {
  const Entity& root = document.entities.front();
  service_ = root.is_segment ? root.name : std::string_view();
  dataset_ = sink_.dataset(root.is_segment ? root.name : names::kStreamedDataset);
  for (const Entity& entity : document.entities) {
    for (const Exception& exception : entity.exceptions) write_exception(entity, exception);
    for (const Link& link : entity.links) write_link(entity, link);
    write_entity(document, entity);
  }
}

void EntityWriter::write_entity(const Document& document, const Entity& entity) {
  sink_.begin_event(dataset_, to_time_ns(*entity.start));
  put_identity(document, entity);
  put_outcome(entity);
  put_text(names::kNamespace, entity.name_space);
  put_text(names::kOrigin, entity.origin);
  put_text(names::kResourceArn, entity.resource_arn);
  put_text(names::kUser, entity.user);
  put_text(names::kNodeName, entity.node_name);
  put_text(names::kNodeType, entity.node_type);
  if (entity.name_space == "aws") put(names::kAwsService, entity.name);
  if (entity.origin.starts_with("AWS::")) put("cloud.provider", std::string_view("aws"));
  put_http(entity.http);
  if (entity.traced) put(names::kTraced, true);
  put_sql(entity.sql);
  put_cause(entity);
  put_attributes(entity.attributes);
  put_text(names::kRepaired, entity.repaired);
  if (entity.parent < 0) put(model::names::kDocument, document.text);
  sink_.end_event();
}

void EntityWriter::put_identity(const Document& document, const Entity& entity) {
  put_trace_id(model::names::kTraceId, entity.trace);
  put_span_id(model::names::kSpanId, entity.span_id());
  const std::string_view parent_id =
      entity.parent < 0 ? entity.parent_id
                        : document.entities[static_cast<std::size_t>(entity.parent)].span_id();
  if (!parent_id.empty()) put_span_id(model::names::kParentId, parent_id);
  put(model::names::kName, entity.name);
  put_text(model::names::kServiceName, service_);
  put(names::kEntity, std::string_view(entity.is_segment ? "segment" : "subsegment"));
  put(model::names::kSpanKind, kind_of(entity));
  put(model::names::kSignalType, std::string_view("trace"));
  put(model::names::kSource, std::string_view("xray"));
}

void EntityWriter::put_outcome(const Entity& entity) {
  if (entity.in_progress) {
    put(names::kInProgress, true);
  } else {
    // Of the seconds themselves, to the microsecond: they may lie beyond what a time can be.
    const double duration_us = std::round((*entity.end - *entity.start) * 1e6);
    put(model::names::kDurationMs, std::max(duration_us, 0.0) / 1e3);
    if (duration_us < 0) put("meta.invalid_duration", true);
  }
  if (entity.error) put(names::kError, true);
  if (entity.fault) put(names::kFault, true);
  if (entity.throttle) put(names::kThrottle, true);
  const bool has_failed = entity.error || entity.fault || entity.throttle;
  if (has_failed) put(model::names::kError, true);
  put(model::names::kStatusCode, std::int64_t{has_failed ? 2 : 0});
}

void EntityWriter::put_http(const Http& http) {
  if (!http.method.empty())
    put(names::kHttpMethod, std::string_view(change_case(http.method, std::toupper)));
  put_text(names::kHttpUrl, http.url);
  const UrlParts parts = split_url(http.url);
  put_text(names::kHttpHost, parts.host);
  put_text(names::kHttpTarget, parts.target);
  put_text(names::kHttpUserAgent, http.user_agent);
  put_text(names::kHttpClientIp, http.client_ip);
  if (http.status) put(names::kHttpStatus, *http.status);
  if (http.content_length) put(names::kHttpLength, *http.content_length);
  if (http.x_forwarded_for) put(names::kForwardedFor, true);
}

void EntityWriter::put_sql(const Sql& sql) {
  put_text(names::kDbSystem, change_case(sql.database_type, std::tolower));
  put_text(names::kDbStatement, sql.query);
  put_text(names::kDbUser, sql.user);
  put_text(names::kDbConnection, sql.connection_string.empty() ? sql.url : sql.connection_string);
  put_text(names::kDbName, database_of(sql.url));
}

void EntityWriter::put_cause(const Entity& entity) {
  put_text(names::kCauseId, entity.cause_id);
  put_text(names::kExceptionMessage, entity.cause_text);
  if (entity.exceptions.empty()) return;
  const Exception& first = entity.exceptions.front();
  put_text(names::kExceptionType, first.type);
  put_text(names::kExceptionMessage, first.message);
  put_text(names::kExceptionStack, first.stack);
}

void EntityWriter::put_attributes(const std::vector<Attribute>& attributes) {
  for (const Attribute& attribute : attributes) {
    const model::FieldId field = sink_.field(attribute.name);
    std::visit([&](const auto& value) { sink_.put(field, value); }, attribute.value);
  }
}

void EntityWriter::write_exception(const Entity& entity, const Exception& exception) {
  sink_.begin_event(dataset_, to_time_ns(entity.in_progress ? *entity.start : *entity.end));
  put_owner(entity, "span_event");
  put(model::names::kName, std::string_view("exception"));
  put_text(names::kExceptionType, exception.type);
  put_text(names::kExceptionMessage, exception.message);
  put_text(names::kExceptionStack, exception.stack);
  put_text(names::kExceptionId, exception.id);
  put_text(names::kExceptionCause, exception.cause);
  if (exception.remote) put(names::kExceptionRemote, *exception.remote);
  sink_.end_event();
}

void EntityWriter::write_link(const Entity& entity, const Link& link) {
  const auto trace_id = parse_document_trace_id(link.trace_id);
  if (!trace_id) return;
  sink_.begin_event(dataset_, to_time_ns(*entity.start));
  put_owner(entity, "link");
  put_trace_id(model::names::kLinkTraceId, *trace_id);
  if (is_entity_id(link.id)) put_span_id(model::names::kLinkSpanId, link.id);
  put_attributes(link.attributes);
  sink_.end_event();
}

void EntityWriter::put_owner(const Entity& entity, std::string_view annotation_type) {
  put_trace_id(model::names::kTraceId, entity.trace);
  put_span_id(model::names::kParentId, entity.span_id());
  put("parent_name", entity.name);
  put(model::names::kAnnotationType, annotation_type);
  put_text(model::names::kServiceName, service_);
  if (entity.error || entity.fault || entity.throttle) put(model::names::kError, true);
  put(model::names::kSignalType, std::string_view("trace"));
  put(model::names::kSource, std::string_view("xray"));
}

model::FieldId EntityWriter::find_field(std::string_view literal) {
  const auto place = reinterpret_cast<std::uintptr_t>(literal.data());
  for (std::size_t i = mix64(place) % kKnownFields;; i = (i + 1) % kKnownFields) {
    KnownField& known = known_[i];
    if (known.literal == literal.data()) return known.id;
    if (known.literal != nullptr) continue;
    known = {literal.data(), sink_.field(literal)};
    return known.id;
  }
}

void EntityWriter::put_trace_id(std::string_view field, const model::TraceId& id) {
  // Ids of 8 bytes are kept short, as the other protocols keep them.
  const bool is_short =
      std::all_of(id.bytes.begin(), id.bytes.begin() + 8, [](auto byte) { return byte == 0; });
  sink_.put_id(find_field(field), std::span(id.bytes).subspan(is_short ? 8 : 0));
}

void EntityWriter::put_span_id(std::string_view field, std::string_view id) {
  SpanId bytes{};
  if (from_hex(id, bytes)) sink_.put_id(find_field(field), bytes);
}

void EntityWriter::put_text(std::string_view field, std::string_view text) {
  if (!text.empty()) put(field, text);
}

}  // namespace tracery::xray
