// SPDX-License-Identifier: Apache-2.0
#include "api/ui_logs.h"

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/logs_call.h"
#include "api/ui_answers.h"
#include "app/logs.h"
#include "protocols/cwlogs/names.h"
#include "protocols/cwlogs/page_token.h"

namespace tracery::api {
namespace {

constexpr std::size_t kListedBytesMax = 4096;
constexpr std::size_t kFieldsMax = 200;

void write_text_or_null(JsonWriter& json, const char* name, const std::string& text) {
  json.key(name);
  if (text.empty()) {
    json.null();
  } else {
    json.value(text);
  }
}

void write_discovered_fields(JsonWriter& json, const model::Event& event) {
  std::size_t count = 0;
  json.begin_object();
  for (const model::Field& field : event.fields) {
    const std::string_view name = cwlogs::names::field_of_column(field.name);
    if (name.empty() || ++count > kFieldsMax) continue;
    json.key(name);
    write_value(json, field.value);
  }
  json.end_object();
}

/// Cut at a character's beginning.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (text[bytes_max] & 0xc0) == 0x80) --bytes_max;
  return text.substr(0, bytes_max);
}

}  // namespace

void write_line(JsonWriter& json, const model::Event& event, const LineForm& form) {
  const app::LogLine line = app::line_of(event);
  const std::string_view shown = form.is_whole ? line.message : cut(line.message, kListedBytesMax);
  json.begin_object().field("id", cwlogs::encode_pointer(line.pointer.group, line.pointer.time_ns,
                                                         line.pointer.sequence));
  json.field("time_ns", ns_text(line.pointer.time_ns));
  json.field("ingested_ms", line.ingestion_ms());
  json.field("group", line.pointer.group).field("stream", line.stream);
  write_text_or_null(json, "level", line.level);
  json.field("message", shown).field("cut", shown.size() < line.message.size());
  json.field("bytes", static_cast<std::uint64_t>(line.message.size()));
  write_text_or_null(json, "trace_id", line.trace_id);
  write_text_or_null(json, "span_id", line.span_id);
  json.key("fields");
  if (form.with_fields) {
    write_discovered_fields(json, event);
  } else {
    json.begin_object().end_object();
  }
  json.end_object();
}

Result<app::LogSelection> read_log_selection(Services& services, const nlohmann::json& body) {
  constexpr std::size_t kGroupsMax = 50;
  const TimeRange range = TRACERY_TRY(range_of(body));
  app::LogSelection selection;
  selection.from_ns = range.from_ns;
  selection.to_ns = range.to_ns;
  selection.groups = texts_of(body, "groups");
  if (selection.groups.empty() || selection.groups.size() > kGroupsMax) {
    return Error{ErrorCode::kInvalid, "groups must name 1 to 50 log groups"};
  }
  for (const std::string& group : selection.groups) {
    TRACERY_TRY(services.logs->groups->find(group));
  }
  selection.streams = texts_of(body, "streams");
  selection.levels = texts_of(body, "levels");
  selection.text = text_member(body, "text");
  selection.pattern = TRACERY_TRY(cwlogs::FilterPattern::parse(text_member(body, "filter")));
  return selection;
}

std::string encode_log_cursor(const query::EventPosition& position) {
  return cwlogs::encode_stream_token({true, position.time_ns, position.tie, position.shown});
}

std::optional<query::EventPosition> parse_log_cursor(const std::string& text) {
  const auto token = cwlogs::parse_stream_token(text);
  if (!token) return std::nullopt;
  return query::EventPosition{token->time_ns, token->tie, token->shown};
}

}  // namespace tracery::api
