// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/trace_columns.h"
#include "api/trace_json.h"
#include "api/trace_search.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/ui_error_json.h"
#include "api/ui_logs.h"
#include "api/url.h"
#include "app/error_occurrence.h"
#include "app/errors.h"
#include "app/occurrence_list.h"
#include "app/same_requests.h"
#include "base/hash.h"
#include "model/error_names.h"
#include "model/names.h"
#include "query/trace.h"

namespace tracery::api {
namespace {

namespace names = model::names;

Result<model::TraceId> trace_id_of(const Call& call) {
  const auto id = model::parse_trace_id(call.parameters.at(0));
  if (!id) return Error{ErrorCode::kNotFound, "no trace id: " + call.parameters.at(0)};
  return *id;
}

std::string text_field(const model::Event& event, std::string_view name) {
  const auto* value = model::find_field(event, name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

std::int64_t duration_ns(const model::Event& event) {
  const auto* value = model::find_field(event, names::kDurationMs);
  const auto* ms = value == nullptr ? nullptr : std::get_if<double>(value);
  return ms == nullptr ? 0 : static_cast<std::int64_t>(*ms * 1e6 + 0.5);
}

net::Response columns_response(const Call& call, const query::Trace& trace) {
  net::Response response;
  response.body = encode_trace_columns(trace);
  char etag[24];
  std::snprintf(etag, sizeof etag, "\"%016llx\"",
                static_cast<unsigned long long>(hash64(response.body)));
  response.headers = {{"Content-Type", "application/x-tracery-cols"},
                      {"Cache-Control", "private, no-cache"},
                      {"ETag", etag}};
  if (call.request.headers.get("if-none-match") == etag) {
    response.status = 304;
    response.body.clear();
  } else if (call.request.headers.get("accept-encoding").find("gzip") != std::string_view::npos &&
             response.body.size() > 4096) {
    // A trace of 100,000 spans is 2 MB; the fastest level more than halves it.
    response.body = compress_gzip(response.body, 1);
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.headers.emplace_back("Vary", "Accept-Encoding");
  }
  return response;
}

void write_annotation(JsonWriter& json, const model::Event& event) {
  std::string name = text_field(event, names::kName);
  if (name.empty()) name = text_field(event, "body");
  json.begin_object().field("time_ns", ns_text(event.time_ns)).field("name", name);
  json.key("fields");
  write_fields(json, event.fields);
  json.end_object();
}

void write_link(JsonWriter& json, const model::Event& event) {
  json.begin_object().field("trace_id", text_field(event, names::kLinkTraceId));
  json.field("span_id", text_field(event, names::kLinkSpanId)).key("fields");
  write_fields(json, event.fields);
  json.end_object();
}

bool is_link(const model::Event& event) {
  return text_field(event, names::kAnnotationType) == "link";
}

/// `document`: what the vendor's client sent; when it is "", the event as it was stored.
void write_source(JsonWriter& json, const model::Event& span, const std::string& document) {
  json.key("sources").begin_array().begin_object();
  const std::string source = text_field(span, names::kSource);
  json.field("source", source.empty() ? "honeycomb" : source).key("document");
  if (nlohmann::json::accept(document)) {
    json.raw(document).end_object().end_array();
    return;
  }
  json.begin_object();
  json.field("time", ns_text(span.time_ns)).field("dataset", span.dataset);
  json.field("samplerate", span.sample_rate).key("data");
  write_fields(json, span.fields);
  json.end_object().end_object().end_array();
}

/// Everything but the vendor's document: that repeats the fields, and is read span by span.
void write_span(JsonWriter& json, const model::TraceId& trace_id, std::uint64_t span_id,
                const std::vector<model::Event>& events) {
  const model::Event& span = events.front();
  const std::string parent = text_field(span, names::kParentId);
  const auto* error = model::find_field(span, names::kError);
  json.field("trace_id", model::format_trace_id(trace_id));
  // As the columns name it, also where the id was sent as a text of another form.
  json.field("span_id", span_id_text(span_id)).key("parent_id");
  if (parent.empty()) {
    json.null();
  } else {
    json.value(parent);
  }
  json.field("dataset", span.dataset).field("service", text_field(span, names::kServiceName));
  json.field("name", text_field(span, names::kName));
  json.field("kind", text_field(span, names::kSpanKind));
  json.field("start_ns", ns_text(span.time_ns)).field("duration_ns", ns_text(duration_ns(span)));
  json.field("error", error != nullptr && *error == model::Value(true));
  json.field("status_message", text_field(span, "status_message")).key("fields");
  write_fields(json, span.fields);
  json.key("events").begin_array();
  for (std::size_t i = 1; i < events.size(); ++i) {
    if (!is_link(events[i])) write_annotation(json, events[i]);
  }
  json.end_array().key("links").begin_array();
  for (std::size_t i = 1; i < events.size(); ++i) {
    if (is_link(events[i])) write_link(json, events[i]);
  }
  json.end_array();
}

Result<std::uint64_t> span_id_of(std::string_view text) {
  std::uint64_t span_id = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), span_id, 16);
  if (text.size() != 16 || end.ptr != text.data() + text.size()) {
    return Error{ErrorCode::kNotFound, "no span id: " + std::string(text)};
  }
  return span_id;
}

bool is_stitched(const Call& call) {
  return QueryParameters(call.request.query).get("stitch") == "1";
}

Result<net::Response> get_columns(Services& services, const Call& call) {
  const auto id = TRACERY_TRY(trace_id_of(call));
  const auto snapshot = services.store.snapshot();
  std::vector<query::TraceJoin> joins;
  if (is_stitched(call)) {
    for (const app::SameRequest& same : TRACERY_TRY(app::find_same_requests(*snapshot, id))) {
      joins.push_back({same.other_trace, TRACERY_TRY(span_id_of(same.other_span_id)),
                       TRACERY_TRY(span_id_of(same.span_id))});
    }
  }
  return columns_response(call, TRACERY_TRY(query::find_joined_trace(*snapshot, id, joins)));
}

/// The trace that a span of a stitched waterfall is part of, and the span with its events.
Result<std::pair<model::TraceId, std::vector<model::Event>>> find_stitched_span(
    const store::Snapshot& snapshot, const model::TraceId& trace_id, std::uint64_t span_id,
    bool stitched) {
  auto events = query::find_span(snapshot, trace_id, span_id);
  if (events.ok()) return std::pair(trace_id, *std::move(events));
  if (stitched) {
    for (const app::SameRequest& same : TRACERY_TRY(app::find_same_requests(snapshot, trace_id))) {
      auto others = query::find_span(snapshot, same.other_trace, span_id);
      if (others.ok()) return std::pair(same.other_trace, *std::move(others));
    }
  }
  return std::move(events).error();
}

/// A span's own document, or that of the segment it was sent in; "" when there is none.
Result<std::string> original_document(const store::Snapshot& snapshot,
                                      const model::TraceId& trace_id, const model::Event& span) {
  std::string document = text_field(span, names::kDocument);
  if (!document.empty() || text_field(span, names::kSource) != "xray") return document;
  std::map<std::string, const model::Event*> by_id;
  const auto events = TRACERY_TRY(query::find_trace_events(snapshot, trace_id));
  for (const model::Event& event : events) by_id[text_field(event, names::kSpanId)] = &event;
  const model::Event* at = &span;
  for (std::size_t steps = 0; steps < by_id.size(); ++steps) {
    const auto parent = by_id.find(text_field(*at, names::kParentId));
    if (parent == by_id.end() || parent->first.empty()) break;
    at = parent->second;
    document = text_field(*at, names::kDocument);
    if (!document.empty()) return document;
  }
  return std::string();
}

Result<net::Response> get_span(Services& services, const Call& call) {
  const auto asked_id = TRACERY_TRY(trace_id_of(call));
  const auto span_id = TRACERY_TRY(span_id_of(call.parameters.at(1)));
  const auto snapshot = services.store.snapshot();
  const auto [trace_id, events] =
      TRACERY_TRY(find_stitched_span(*snapshot, asked_id, span_id, is_stitched(call)));
  const std::string document = TRACERY_TRY(original_document(*snapshot, trace_id, events.front()));
  JsonWriter json;
  json.begin_object();
  write_span(json, trace_id, span_id, events);
  write_source(json, events.front(), document);
  return ui_json(200, json.end_object().take());
}

Result<net::Response> list_spans(Services& services, const Call& call) {
  constexpr std::size_t kSpansMax = 2000;
  const auto trace_id = TRACERY_TRY(trace_id_of(call));
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const auto wanted = body.find("span_ids");
  if (wanted == body.end() || !wanted->is_array()) {
    return Error{ErrorCode::kInvalid, "span_ids must be a list"};
  }
  if (wanted->size() > kSpansMax) {
    return Error{ErrorCode::kTooLarge, "too many span_ids, at most " + std::to_string(kSpansMax)};
  }
  std::vector<std::uint64_t> span_ids;
  for (const auto& id : *wanted) {
    if (!id.is_string()) return Error{ErrorCode::kInvalid, "span_ids must be strings"};
    span_ids.push_back(TRACERY_TRY(span_id_of(id.get_ref<const std::string&>())));
  }
  const auto spans = TRACERY_TRY(query::find_spans(*services.store.snapshot(), trace_id, span_ids));
  JsonWriter json;
  json.begin_object().key("spans").begin_array();
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (spans[i].empty()) continue;
    json.begin_object();
    write_span(json, trace_id, span_ids[i], spans[i]);
    json.end_object();
  }
  return ui_json(200, json.end_array().end_object().take());
}

Result<net::Response> list_field(Services& services, const Call& call) {
  const auto trace_id = TRACERY_TRY(trace_id_of(call));
  const std::string field = QueryParameters(call.request.query).get("name");
  const auto snapshot = services.store.snapshot();
  const auto trace = TRACERY_TRY(query::find_trace(*snapshot, trace_id));
  const auto by_span = TRACERY_TRY(query::find_field_values(*snapshot, trace_id, field));
  std::map<std::string, std::int64_t> number_of;  // By the value as JSON: numbers may be NaN.
  JsonWriter values;
  JsonWriter rows;
  values.begin_array();
  rows.begin_array();
  for (const query::TraceRow& row : trace.rows) {
    const auto found = by_span.find(row.span_id);
    if (found == by_span.end()) {
      rows.value(-1);
      continue;
    }
    JsonWriter text;
    write_value(text, found->second);
    const auto next = static_cast<std::int64_t>(number_of.size());
    const auto [number, is_new] = number_of.try_emplace(text.take(), next);
    if (is_new) values.raw(number->first);
    rows.value(number->second);
  }
  JsonWriter json;
  json.begin_object().key("values").raw(values.end_array().take());
  json.key("rows").raw(rows.end_array().take());
  return ui_json(200, json.end_object().take());
}

Result<net::Response> search_trace(Services& services, const Call& call) {
  const auto trace_id = TRACERY_TRY(trace_id_of(call));
  const auto snapshot = services.store.snapshot();
  const std::string text = QueryParameters(call.request.query).get("q");
  const auto matcher = TRACERY_TRY(TraceMatcher::parse(text, services.clock.now_ns()));
  const auto trace = TRACERY_TRY(query::find_trace(*snapshot, trace_id));
  const auto events = TRACERY_TRY(query::find_trace_events(*snapshot, trace_id));
  const auto rows = matcher.find_rows(trace, events);
  JsonWriter json;
  json.begin_object().key("rows").begin_array();
  for (const std::uint32_t row : rows) json.value(row);
  json.end_array().field("total", static_cast<std::uint64_t>(rows.size()));
  return ui_json(200, json.end_object().take());
}

/// Occurrences of errors, whoever reported them; false when the event is none.
bool write_related_error(Services& services, JsonWriter& json, const model::Event& event) {
  const auto key = app::item_key_of(event);
  const bool is_duplicate = model::find_field(event, names::kErrorDuplicateOf) != nullptr;
  if (!key || is_duplicate) return key.has_value();
  const auto item = services.errors->items().find_key(*key);
  const auto report = app::report_of(event);
  if (!item.ok() || !report) return true;
  json.begin_object().field("kind", "rollbar");
  write_text_or_null(json, "span_id", report->span_id);
  json.field("time_ns", ns_text(event.time_ns)).field("dataset", event.dataset);
  json.field("level", report->level).field("title", rollbar::title_of(*report));
  json.field("item_id", item->id).field("counter", item->counter);
  json.field("occurrence_id", app::occurrence_id_of(event)).key("fields");
  auto fields = event.fields;
  std::erase_if(fields, [](const auto& field) { return field.name == names::kDocument; });
  write_fields(json, fields);
  json.end_object();
  return true;
}

void write_same_request(JsonWriter& json, const app::SameRequest& same) {
  json.begin_object().field("span_id", same.span_id);
  json.field("other_trace_id", model::format_trace_id(same.other_trace));
  json.field("other_span_id", same.other_span_id).field("source", same.other_source);
  json.field("name", same.other_name);
  json.field("start_difference_ms", static_cast<double>(same.start_difference_ns) / 1e6);
  json.field("ambiguous", same.is_ambiguous).key("evidence").begin_array();
  for (const app::SameRequest::Evidence& each : same.evidence) {
    json.begin_object().field("field", each.field).field("value", each.value).end_object();
  }
  json.end_array().end_object();
}

/// Of a message, at most 4 KiB, cut at a character's beginning.
std::string_view first_line(std::string_view text) {
  constexpr std::size_t kBytesMax = 4096;
  text = text.substr(0, text.find('\n'));
  if (text.size() <= kBytesMax) return text;
  std::size_t end = kBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

Result<net::Response> list_related(Services& services, const Call& call) {
  const auto trace_id = TRACERY_TRY(trace_id_of(call));
  const std::string kind = QueryParameters(call.request.query).get("kind");
  if (!kind.empty() && kind != "rollbar") return Error{ErrorCode::kInvalid, "bad kind: " + kind};
  const std::string having(kind.empty() ? std::string_view() : names::kErrorItem);
  const auto snapshot = services.store.snapshot();
  const auto events = TRACERY_TRY(query::find_trace_events(*snapshot, trace_id, {}, having));
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const model::Event& event : events) {
    if (write_related_error(services, json, event)) continue;
    if (text_field(event, names::kSignalType) != "log") continue;
    const std::string body = text_field(event, "body");
    const std::string parent = text_field(event, names::kParentId);
    json.begin_object().field("kind", "log").key("span_id");
    if (parent.empty()) {
      json.null();
    } else {
      json.value(parent);
    }
    json.field("time_ns", ns_text(event.time_ns)).field("dataset", event.dataset);
    json.field("level", text_field(event, "severity"));
    json.field("title", first_line(body)).key("line");
    write_line(json, event, {});
    json.key("fields");
    write_fields(json, event.fields);
    json.end_object();
  }
  json.end_array().key("same_requests").begin_array();
  if (kind.empty()) {
    for (const app::SameRequest& same : TRACERY_TRY(app::find_same_requests(*snapshot, trace_id))) {
      write_same_request(json, same);
    }
  }
  return ui_json(200, json.end_array().end_object().take());
}

}  // namespace

void add_ui_trace_routes(Router& router, Services& services) {
  router.add("GET", "/ui/api/v1/trace/:id/cols",
             ui_handler(services, [&](const Call& call) { return get_columns(services, call); }));
  router.add("GET", "/ui/api/v1/trace/:id/span/:span",
             ui_handler(services, [&](const Call& call) { return get_span(services, call); }));
  router.add("POST", "/ui/api/v1/trace/:id/spans",
             ui_handler(services, [&](const Call& call) { return list_spans(services, call); }));
  router.add("GET", "/ui/api/v1/trace/:id/field",
             ui_handler(services, [&](const Call& call) { return list_field(services, call); }));
  router.add("GET", "/ui/api/v1/trace/:id/search",
             ui_handler(services, [&](const Call& call) { return search_trace(services, call); }));
  router.add("GET", "/ui/api/v1/trace/:id/related",
             ui_handler(services, [&](const Call& call) { return list_related(services, call); }));
}

}  // namespace tracery::api
