// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/summary_encoder.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>

#include "model/names.h"
#include "protocols/xray/graph_encoder.h"
#include "protocols/xray/ids.h"
#include "protocols/xray/names.h"
#include "protocols/xray/span_document.h"
#include "protocols/xray/span_rules.h"
#include "query/root_cause.h"
#include "query/trace_scan.h"

namespace tracery::xray {
namespace {

using query::CauseKind;
using query::ServiceKey;
using query::ServiceTrace;
using query::SpanFact;
using query::TraceSpan;

struct KeyLess {
  bool operator()(const ServiceKey& a, const ServiceKey& b) const {
    return std::tie(a.name, a.type, a.account) < std::tie(b.name, b.type, b.account);
  }
};
using ServiceKeys = std::set<ServiceKey, KeyLess>;

double rounded_seconds(std::int64_t ns) { return std::round(static_cast<double>(ns) / 1e6) / 1e3; }

/// Writes one trace's summary.
class SummaryWriter {
 public:
  SummaryWriter(JsonWriter& json, const ServiceTrace& trace, std::span<const model::Event> events,
                query::Symbols& symbols)
      : json_(json),
        trace_(trace),
        events_(events),
        symbols_(symbols),
        namer_(span_rules(), symbols) {}

  void write(std::optional<std::int64_t> matched_event_ns) {
    json_.begin_object().field("Id", format_document_trace_id(trace_.id));
    json_.field("StartTime", to_seconds(trace_.start_ns()));
    json_.field("Duration", rounded_seconds(trace_.end_ns() - trace_.start_ns()));
    write_outcome();
    write_http();
    write_annotations();
    write_users();
    write_services_of("ServiceIds", all_services());
    write_list("ResourceARNs", "ARN", names::kResourceArn);
    write_list("InstanceIds", "Id", names::kInstanceId);
    write_list("AvailabilityZones", "Name", names::kAvailabilityZone);
    if (trace_.root >= 0) {
      json_.key("EntryPoint");
      write_key(namer_.of_entry(span(trace_.root)));
    }
    write_causes("FaultRootCauses", CauseKind::kFault);
    write_causes("ErrorRootCauses", CauseKind::kError);
    write_causes("ResponseTimeRootCauses", CauseKind::kResponseTime);
    // Grows with each report that arrives.
    json_.field("Revision", static_cast<std::uint64_t>(trace_.spans.size()));
    if (matched_event_ns) json_.field("MatchedEventTime", to_seconds(*matched_event_ns));
    json_.end_object();
  }

 private:
  const TraceSpan& span(std::int32_t at) const {
    return trace_.spans[static_cast<std::size_t>(at)];
  }
  bool root_has(SpanFact fact) const { return trace_.root >= 0 && span(trace_.root).has(fact); }
  bool some_has(SpanFact fact) const {
    return std::any_of(trace_.spans.begin(), trace_.spans.end(),
                       [&](const TraceSpan& each) { return each.has(fact); });
  }

  static const std::string* text_of(const model::Event& event, std::string_view field) {
    const auto* value = model::find_field(event, field);
    return value == nullptr ? nullptr : std::get_if<std::string>(value);
  }
  static std::string text_or_empty(const model::Event& event, std::string_view field) {
    const std::string* text = text_of(event, field);
    return text == nullptr ? std::string() : *text;
  }

  void write_key(const ServiceKey& key) {
    write_service_id(json_, symbols_.text(key.name), symbols_.text(key.type),
                     symbols_.text(key.account));
  }

  void write_outcome() {
    if (trace_.root >= 0 && !root_has(SpanFact::kUnfinished)) {
      json_.field("ResponseTime", rounded_seconds(span(trace_.root).duration_ns()));
    }
    json_.field("HasFault", root_has(SpanFact::kFault));
    json_.field("HasError", root_has(SpanFact::kError));
    json_.field("HasThrottle", some_has(SpanFact::kThrottle));
    json_.field("IsPartial", some_has(SpanFact::kUnfinished));
  }

  /// The root's event, or the first of a segment that knows about HTTP.
  const model::Event* http_event() const {
    const auto knows = [](const model::Event& event) {
      for (const char* keyword : {"http.method", "http.status", "http.url"}) {
        for (const std::string& column : keyword_columns(keyword)) {
          if (model::find_field(event, column) != nullptr) return true;
        }
      }
      return false;
    };
    if (trace_.root >= 0) {
      const model::Event& root = events_[static_cast<std::size_t>(trace_.root)];
      if (knows(root)) return &root;
    }
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (trace_.spans[i].is_entry && knows(events_[i])) return &events_[i];
    }
    return nullptr;
  }

  static std::string first_text(const model::Event& event, std::string_view keyword) {
    for (const std::string& column : keyword_columns(keyword)) {
      std::string text = text_or_empty(event, column);
      if (!text.empty()) return text;
    }
    return {};
  }

  /// The URL, put together where a server knows it in parts only.
  static std::string url_of(const model::Event& event) {
    std::string url = first_text(event, "http.url");
    if (!url.empty()) return url;
    const auto either = [&](std::string_view a, std::string_view b) {
      const std::string text = text_or_empty(event, a);
      return text.empty() ? text_or_empty(event, b) : text;
    };
    const std::string host = either(names::kHttpHost, "server.address");
    const std::string target = either(names::kHttpTarget, "url.path");
    if (host.empty()) return target;
    const std::string scheme = either("http.scheme", "url.scheme");
    return (scheme.empty() ? "http" : scheme) + "://" + host + target;
  }

  void write_http() {
    json_.key("Http").begin_object();
    if (const model::Event* event = http_event()) {
      const auto write = [&](const char* key, const std::string& text) {
        if (!text.empty()) json_.field(key, text);
      };
      write("HttpURL", url_of(*event));
      for (const std::string& column : keyword_columns("http.status")) {
        const auto* value = model::find_field(*event, column);
        const auto* status = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
        if (status == nullptr) continue;
        json_.field("HttpStatus", *status);
        break;
      }
      write("HttpMethod", first_text(*event, "http.method"));
      write("UserAgent", first_text(*event, "http.useragent"));
      write("ClientIp", first_text(*event, "http.clientip"));
    }
    json_.end_object();
  }

  /// The service that a span is part of.
  std::optional<ServiceKey> service_of(std::size_t at) const {
    const std::int32_t entry = trace_.spans[at].entry;
    if (entry < 0) return std::nullopt;
    return namer_.of_entry(span(entry));
  }

  void write_services_of(const char* key, const ServiceKeys& services) {
    json_.key(key).begin_array();
    for (const ServiceKey& service : services) write_key(service);
    json_.end_array();
  }

  ServiceKeys all_services() const {
    ServiceKeys services;
    for (const TraceSpan& each : trace_.spans) {
      if (each.is_entry) services.insert(namer_.of_entry(each));
      if (each.has(SpanFact::kCall) && !each.is_entry && !each.is_answered && each.entry >= 0) {
        services.insert(namer_.of_callee(each));
      }
    }
    return services;
  }

  /// The key of an annotation; empty for other fields.
  static std::string_view annotation_key(const model::Event& event, std::string_view field) {
    if (field.starts_with(names::kAnnotationPrefix)) {
      return field.substr(names::kAnnotationPrefix.size());
    }
    const bool is_foreign = model::find_field(event, names::kEntity) == nullptr;
    return is_foreign && is_annotation(field) ? field : std::string_view();
  }

  void write_annotation_value(const model::Value& value) {
    json_.begin_object();
    if (const auto* text = std::get_if<std::string>(&value)) json_.field("StringValue", *text);
    if (const auto* truth = std::get_if<bool>(&value)) json_.field("BooleanValue", *truth);
    if (const auto* real = std::get_if<double>(&value)) json_.field("NumberValue", *real);
    if (const auto* whole = std::get_if<std::int64_t>(&value)) json_.field("NumberValue", *whole);
    json_.end_object();
  }

  void write_annotations() {
    std::map<std::string, std::map<model::Value, ServiceKeys>> annotations;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      for (const model::Field& field : events_[i].fields) {
        const std::string_view key = annotation_key(events_[i], field.name);
        if (key.empty()) continue;
        ServiceKeys& services = annotations[std::string(key)][field.value];
        if (const auto service = service_of(i)) services.insert(*service);
      }
    }
    json_.key("Annotations").begin_object();
    for (const auto& [key, values] : annotations) {
      json_.key(key).begin_array();
      for (const auto& [value, services] : values) {
        json_.begin_object().key("AnnotationValue");
        write_annotation_value(value);
        write_services_of("ServiceIds", services);
        json_.end_object();
      }
      json_.end_array();
    }
    json_.end_object();
  }

  void write_users() {
    std::map<std::string, ServiceKeys> users;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const std::string user = first_text(events_[i], "user");
      if (user.empty()) continue;
      ServiceKeys& services = users[user];
      if (const auto service = service_of(i)) services.insert(*service);
    }
    json_.key("Users").begin_array();
    for (const auto& [user, services] : users) {
      json_.begin_object().field("UserName", user);
      write_services_of("ServiceIds", services);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_list(const char* key, const char* member, std::string_view column) {
    std::set<std::string> values;
    for (const model::Event& event : events_) {
      const std::string text = text_or_empty(event, column);
      if (!text.empty()) values.insert(text);
    }
    json_.key(key).begin_array();
    for (const std::string& value : values) {
      json_.begin_object().field(member, value).end_object();
    }
    json_.end_array();
  }

  void write_entity(const query::CauseService& service, const query::CauseEntity& entity,
                    CauseKind kind) {
    const model::Event& event = events_[static_cast<std::size_t>(entity.span)];
    json_.begin_object();
    if (service.is_inferred) {
      json_.field("Name", symbols_.text(service.key.name));
    } else if (span(entity.span).is_entry) {
      json_.field("Name", symbols_.text(span(entity.span).label(query::SpanLabel::kService)));
    } else {
      json_.field("Name", text_or_empty(event, model::names::kName));
    }
    if (kind == CauseKind::kResponseTime) {
      json_.field("Coverage", std::round(entity.coverage * 1e3) / 1e3);
    } else {
      json_.key("Exceptions").begin_array();
      const std::string* type = text_of(event, names::kExceptionType);
      const std::string* message = text_of(event, names::kExceptionMessage);
      if (type != nullptr || message != nullptr) {
        json_.begin_object().field("Name", type == nullptr ? "" : *type);
        json_.field("Message", message == nullptr ? "" : *message).end_object();
      }
      json_.end_array();
    }
    json_.field("Remote", entity.is_remote).end_object();
  }

  void write_causes(const char* key, CauseKind kind) {
    json_.key(key).begin_array();
    for (const query::RootCause& cause : query::find_root_causes(trace_, kind, namer_)) {
      json_.begin_object().key("Services").begin_array();
      for (const query::CauseService& service : cause.services) {
        json_.begin_object();
        const std::string& name = symbols_.text(service.key.name);
        json_.field("Name", name).key("Names").begin_array().value(name).end_array();
        json_.field("Type", symbols_.text(service.key.type));
        const std::string& account = symbols_.text(service.key.account);
        if (!account.empty()) json_.field("AccountId", account);
        json_.key("EntityPath").begin_array();
        for (const query::CauseEntity& entity : service.path) write_entity(service, entity, kind);
        json_.end_array().field("Inferred", service.is_inferred).end_object();
      }
      json_.end_array().field("ClientImpacting", cause.is_client_impacting).end_object();
    }
    json_.end_array();
  }

  JsonWriter& json_;
  const ServiceTrace& trace_;
  std::span<const model::Event> events_;
  query::Symbols& symbols_;
  query::ServiceNamer namer_;
};

}  // namespace

std::vector<std::string> summary_columns(std::span<const std::string> columns) {
  std::set<std::string> wanted = {std::string(model::names::kName),
                                  std::string(names::kEntity),
                                  std::string(names::kExceptionType),
                                  std::string(names::kExceptionMessage),
                                  std::string(names::kHttpHost),
                                  std::string(names::kHttpTarget),
                                  "server.address",
                                  "url.path",
                                  "http.scheme",
                                  "url.scheme"};
  for (const char* keyword :
       {"http.url", "http.method", "http.status", "http.useragent", "http.clientip", "user",
        "availabilityzone", "instance.id", "resource.arn"}) {
    for (std::string& column : keyword_columns(keyword)) wanted.insert(std::move(column));
  }
  std::vector<std::string> chosen;
  for (const std::string& column : columns) {
    const bool may_be_annotation =
        is_annotation(column) && !column.starts_with(names::kMetadataPrefix) &&
        !model::names::is_document_field(column);
    if (may_be_annotation || wanted.contains(column)) chosen.push_back(column);
  }
  return chosen;
}

std::int64_t filed_at_ns(const ServiceTrace& trace) {
  std::int64_t seconds = 0;
  for (std::size_t i = 0; i < 4; ++i) seconds = seconds << 8 | trace.id.bytes[i];
  const std::int64_t id_ns = seconds * kNsPerSecond;
  const std::int64_t start_ns = trace.start_ns();
  return std::llabs(start_ns - id_ns) <= query::kTraceReachNs ? id_ns : start_ns;
}

void write_trace_summary(JsonWriter& json, const ServiceTrace& trace,
                         std::span<const model::Event> events, query::Symbols& symbols,
                         std::optional<std::int64_t> matched_event_ns) {
  SummaryWriter(json, trace, events, symbols).write(matched_event_ns);
}

}  // namespace tracery::xray
