// SPDX-License-Identifier: Apache-2.0
#include "api/ui_error_json.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/rollbar_json.h"
#include "api/ui_answers.h"
#include "app/error_occurrence.h"
#include "app/errors.h"
#include "app/occurrence_list.h"
#include "base/time.h"
#include "model/error_names.h"
#include "model/names.h"
#include "protocols/rollbar/frame_names.h"

namespace tracery::api {
namespace {

namespace names = model::names;
using nlohmann::json;

constexpr std::int64_t kHourNs = 3600 * kNsPerSecond;

void write_ns_or_null(JsonWriter& out, std::string_view key, std::int64_t time_ns) {
  out.key(key);
  if (time_ns == 0) {
    out.null();
  } else {
    out.value(ns_text(time_ns));
  }
}

/// A member as it is, or `otherwise`.
std::string raw_member(const json& object, const char* name, const char* otherwise) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end() || found->is_null()) return otherwise;
  return found->dump(-1, ' ', false, json::error_handler_t::replace);
}

const json& member(const json& object, const char* name) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

void write_int_or_null(JsonWriter& out, const char* key, const json& object) {
  out.key(key);
  const std::int64_t number = int_member(object, key, -1);
  if (number < 0) {
    out.null();
  } else {
    out.value(number);
  }
}

/// What the payload says of all frames.
struct FrameContext {
  std::string root;
  bool is_browser = false;
  SourceMapping& mapping;
};

bool is_in_app(const json& frame, const std::string& filename, const FrameContext& context) {
  const json& sent = member(frame, "in_app");
  if (sent.is_boolean()) return sent.get<bool>();
  if (rollbar::is_library_file(filename)) return false;
  if (context.root.empty() || context.is_browser) return true;
  return rollbar::without_root(filename, context.root) != filename;
}

void write_texts(JsonWriter& out, std::string_view key, const std::vector<std::string>& texts) {
  out.key(key).begin_array();
  for (const std::string& text : texts) out.value(text);
  out.end_array();
}

/// Minified names mean nothing. A source map has names of tokens, not of the functions around them:
/// what a frame's function was called is known where its caller names it.
void write_original(JsonWriter& out, const std::optional<rollbar::OriginalPlace>& place,
                    const std::optional<rollbar::OriginalPlace>& caller,
                    const std::string& method) {
  out.key("original");
  if (!place) {
    out.null();
    return;
  }
  out.begin_object().field("filename", place->filename);
  out.field("lineno", place->lineno).field("colno", place->colno);
  out.field("method", caller && !caller->name.empty() ? caller->name : method);
  out.field("code", place->code);
  write_texts(out, "pre", place->pre);
  write_texts(out, "post", place->post);
  out.end_object();
}

/// `caller` is the frame before, null for the oldest.
void write_frame(JsonWriter& out, const json& frame, const json* caller,
                 const FrameContext& context) {
  const std::string filename = text_member(frame, "filename");
  out.begin_object().field("filename", filename);
  out.field("short", rollbar::without_root(filename, context.root));
  write_int_or_null(out, "lineno", frame);
  write_int_or_null(out, "colno", frame);
  out.field("method", text_member(frame, "method")).field("code", text_member(frame, "code"));
  const json& around = member(frame, "context");
  out.key("pre").raw(raw_member(around, "pre", "[]"));
  out.key("post").raw(raw_member(around, "post", "[]"));
  out.field("in_app", is_in_app(frame, filename, context));
  out.key("locals").raw(raw_member(frame, "locals", "{}"));
  out.key("args").raw(raw_member(frame, "args", "[]"));
  out.key("kwargs").raw(raw_member(frame, "kwargs", "{}"));
  write_original(out, context.mapping.find(frame),
                 caller == nullptr ? std::nullopt : context.mapping.find(*caller),
                 text_member(frame, "method"));
  out.end_object();
}

void write_exception(JsonWriter& out, const json& trace, const FrameContext& context,
                     bool newest_first) {
  const json& exception = member(trace, "exception");
  out.begin_object().field("class", text_member(exception, "class"));
  const json& message = member(exception, "message");
  out.field("message", message.is_string() ? message.get<std::string>()
                       : message.is_null() ? std::string()
                                           : message.dump());
  write_text_or_null(out, "description", text_member(exception, "description"));
  out.key("frames").begin_array();
  const json& frames = member(trace, "frames");
  if (frames.is_array()) {
    std::vector<const json*> ordered;
    for (const json& frame : frames) ordered.push_back(&frame);
    if (newest_first) std::reverse(ordered.begin(), ordered.end());
    const json* caller = nullptr;
    for (const json* frame : ordered) {
      write_frame(out, *frame, caller, context);
      caller = frame;
    }
  }
  out.end_array().end_object();
}

void write_exceptions(JsonWriter& out, const json& data, const json& body, SourceMapping& mapping) {
  mapping.begin(data);
  const FrameContext context{text_member(member(data, "server"), "root"),
                             text_member(data, "platform") == "browser", mapping};
  // Go's reporter sends the most recent call first.
  const bool newest_first = text_member(data, "language").starts_with("go");
  out.key("exceptions").begin_array();
  if (const json& trace = member(body, "trace"); trace.is_object()) {
    write_exception(out, trace, context, newest_first);
  }
  if (const json& chain = member(body, "trace_chain"); chain.is_array()) {
    for (const json& trace : chain) write_exception(out, trace, context, newest_first);
  }
  out.end_array();
}

void write_message(JsonWriter& out, const json& body) {
  json extra = json::object();
  std::string text;
  if (const json& message = member(body, "message"); message.is_object()) {
    text = text_member(message, "body");
    extra = message;
    extra.erase("body");
  } else if (const json& crash = member(body, "crash_report"); crash.is_object()) {
    text = text_member(crash, "raw");
  } else if (const json& more = member(member(body, "trace"), "extra"); more.is_object()) {
    extra = more;
  }
  write_text_or_null(out, "message", text);
  out.key("extra").raw(extra.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string_view kind_of(const json& body) {
  for (const char* kind : {"trace", "trace_chain", "message", "crash_report"}) {
    if (!member(body, kind).is_null()) return kind;
  }
  return "message";
}

std::string first_text(const model::Event& event, std::initializer_list<std::string_view> columns) {
  for (const std::string_view column : columns) {
    std::string text = app::text_field(event, column);
    if (!text.empty()) return text;
  }
  return {};
}

}  // namespace

void write_text_or_null(JsonWriter& out, std::string_view key, std::string_view text) {
  out.key(key);
  if (text.empty()) {
    out.null();
  } else {
    out.value(text);
  }
}

Status write_error_item(Services& services, JsonWriter& out, const app::ErrorItem& item,
                        const std::optional<std::uint64_t>& people) {
  out.begin_object().field("id", item.id).field("counter", item.counter);
  out.field("project", item.project).field("project_id", item.project_id);
  out.field("environment", item.environment).field("title", item.title);
  out.field("class", item.exception_class).field("level", item.level);
  out.field("status", app::to_string(item.status)).field("framework", item.framework);
  out.field("platform", item.platform).field("language", item.language);
  out.field("occurrences", item.since_activation());
  out.field("occurrences_total", item.counts.occurrences).key("people");
  if (people) {
    out.value(*people);
  } else {
    out.null();
  }
  out.field("first_ns", ns_text(app::received_ns_of(item.counts.first_id)));
  out.field("last_ns", ns_text(app::received_ns_of(item.counts.last_id)));
  out.field("last_occurrence_id", item.counts.last_id);
  write_text_or_null(out, "first_version", item.first_version);
  write_text_or_null(out, "last_version", item.last_version);
  out.field("reactivated", item.reactivations > 0);
  write_text_or_null(out, "resolved_in_version", item.resolved_in_version);
  write_ns_or_null(out, "resolved_ns", item.resolved_ns);
  write_ns_or_null(out, "snoozed_until_ns", item.snoozed_until_ns);
  out.key("assignee");
  const auto user = item.assigned_user_id == 0
                        ? std::optional<app::ErrorUser>()
                        : TRACERY_TRY(services.errors->users().find(item.assigned_user_id));
  if (user) {
    out.begin_object().field("id", user->id).field("name", user->name).end_object();
  } else {
    out.null();
  }
  out.field("notes", item.notes).key("sources").begin_array();
  if ((item.sources & app::kFromRollbar) != 0) out.value("rollbar");
  if ((item.sources & app::kFromOtlp) != 0) out.value("otlp");
  out.end_array().key("series").begin_array();
  for (const std::uint32_t count : item.hours.until(services.clock.now_ns() / kHourNs)) {
    out.value(count);
  }
  out.end_array().end_object();
  return {};
}

void write_occurrence_row(JsonWriter& out, const model::Event& event, std::int64_t item_id) {
  const bool is_rollbar = app::text_field(event, names::kSource) == "rollbar";
  const auto report = is_rollbar ? std::nullopt : app::report_of_exception(event);
  out.begin_object().field("id", app::occurrence_id_of(event));
  write_text_or_null(out, "uuid", app::text_field(event, names::kErrorUuid));
  out.field("item_id", item_id).field("time_ns", ns_text(event.time_ns));
  out.field("source", app::text_field(event, names::kSource));
  out.field("level", report ? report->level : app::text_field(event, "level"));
  out.field("title",
            report ? rollbar::title_of(*report) : app::text_field(event, names::kErrorTitle));
  write_text_or_null(out, "message", first_text(event, {"message", names::kExceptionMessage}));
  write_text_or_null(out, "context", report ? report->context : app::text_field(event, "context"));
  write_text_or_null(out, "person", report ? report->person : app::text_field(event, "person.id"));
  write_text_or_null(out, "host", report ? report->host : app::text_field(event, "server.host"));
  write_text_or_null(out, "code_version", first_text(event, {"code_version", "service.version"}));
  write_text_or_null(out, "url", first_text(event, {"request.url", "url.full", "http.url"}));
  write_text_or_null(out, "browser",
                     first_text(event, {"client.javascript.browser", "user_agent.original"}));
  write_text_or_null(out, "trace_id", app::text_field(event, names::kTraceId));
  write_text_or_null(out, "span_id",
                     report ? report->span_id : app::text_field(event, names::kParentId));
  out.end_object();
}

void write_payload_parts(JsonWriter& out, const model::Event& event, SourceMapping& mapping) {
  const json data = json::parse(payload_of(event), nullptr, /*allow_exceptions=*/false);
  const json& body = member(data, "body");
  const bool is_rollbar = app::text_field(event, names::kSource) == "rollbar";
  out.field("kind", is_rollbar ? kind_of(body) : "exception");
  write_exceptions(out, data, body, mapping);
  write_message(out, body);
  for (const char* part : {"request", "person", "server", "client", "custom", "notifier"}) {
    out.key(part).raw(raw_member(data, part, "{}"));
  }
  const json& telemetry = member(body, "telemetry");
  out.key("telemetry")
      .raw(telemetry.is_array() ? raw_member(body, "telemetry", "[]")
                                : raw_member(data, "telemetry", "[]"));
}

}  // namespace tracery::api
