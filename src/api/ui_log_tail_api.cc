// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/logs_call.h"
#include "api/logs_tail.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "app/logs.h"
#include "app/random_id.h"
#include "base/hex.h"
#include "protocols/cwlogs/log_pointer.h"
#include "protocols/cwlogs/message_facts.h"
#include "protocols/cwlogs/names.h"

namespace tracery::api {
namespace {

constexpr std::size_t kGroupsMax = 10;
constexpr std::size_t kShownBytesMax = 4096;

Result<app::TailSelection> read_selection(Services& services, const nlohmann::json& body) {
  app::TailSelection selection;
  selection.groups = texts_of(body, "groups");
  selection.streams = texts_of(body, "streams");
  selection.stream_prefixes = texts_of(body, "stream_prefixes");
  if (selection.groups.empty() || selection.groups.size() > kGroupsMax) {
    return Error{ErrorCode::kInvalid, "groups must name 1 to 10 log groups"};
  }
  for (const std::string& group : selection.groups) {
    TRACERY_TRY(services.logs->groups->find(group));
  }
  selection.pattern = TRACERY_TRY(cwlogs::FilterPattern::parse(text_member(body, "filter")));
  return selection;
}

/// As `write_line` writes it, of what the tail has.
void write_tail_line(JsonWriter& json, const app::TailLine& line) {
  std::string_view shown = line.message;
  std::size_t bytes = std::min(shown.size(), kShownBytesMax);
  while (bytes > 0 && bytes < shown.size() && (shown[bytes] & 0xc0) == 0x80) --bytes;
  shown = shown.substr(0, bytes);
  const std::int64_t ingested_ns = line.sequence == 0 ? line.time_ns : line.sequence;
  const std::string_view level = cwlogs::level_of_word(line.level);
  const auto trace = cwlogs::find_trace(line.message);
  json.begin_object().field("id", cwlogs::encode_pointer(line.group, line.time_ns, line.sequence));
  json.field("time_ns", ns_text(line.time_ns));
  json.field("ingested_ms", cwlogs::names::ingestion_ms(ingested_ns));
  json.field("group", line.group).field("stream", line.stream).key("level");
  if (level.empty()) {
    json.null();
  } else {
    json.value(level);
  }
  json.field("message", shown).field("cut", shown.size() < line.message.size());
  json.field("bytes", static_cast<std::uint64_t>(line.message.size())).key("trace_id");
  if (trace) {
    json.value(to_hex(trace->trace_id));
  } else {
    json.null();
  }
  json.key("span_id").null().key("fields").begin_object().end_object().end_object();
}

std::string render(const app::TailUpdate& update) {
  JsonWriter json;
  json.begin_object().key("lines").begin_array();
  for (const app::TailLine* line : update.lines) write_tail_line(json, *line);
  json.end_array().field("sampled", update.is_sampled).field("matched", update.matched);
  json.field("shown", static_cast<std::uint64_t>(update.lines.size())).end_object();
  return "event: lines\ndata: " + json.take() + "\n\n";
}

net::Response start_tail(Services& services, const Call& call) {
  const auto body = parse_object(call.request.body);
  if (!body.ok()) return ui_error(body.error());
  const auto selection = read_selection(services, *body);
  if (!selection.ok()) return ui_error(selection.error());
  JsonWriter hello;
  hello.begin_object().field("session", app::random_uuid());
  hello.field("now_ms", to_ms(services.clock.now_ns())).end_object();
  net::Response response;
  response.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}};
  response.body = "event: start\ndata: " + hello.take() + "\n\n";
  response.stream = [&tail = services.logs->tail, selection = *selection,
                     key = "ui " + body->dump()](std::shared_ptr<net::BodyStream> stream) {
    tail.subscribe(key, selection, render, [stream = std::move(stream)](const std::string& bytes) {
      return send_to_tail(*stream, bytes);
    });
  };
  return response;
}

}  // namespace

void add_ui_log_tail_routes(Router& router, Services& services) {
  router.add("POST", "/ui/api/v1/logs/tail",
             ui_handler(services, [&](const Call& call) -> Result<net::Response> {
               return start_tail(services, call);
             }));
}

}  // namespace tracery::api
