// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/logs_call.h"
#include "app/logs.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "model/names.h"
#include "protocols/cwlogs/limits.h"
#include "protocols/cwlogs/names.h"
#include "protocols/cwlogs/page_token.h"

namespace tracery::api {
namespace {

constexpr std::size_t kEventsMax = 10'000;
constexpr std::size_t kPageBytesMax = 1'048'576;
/// FilterLogEvents may answer short pages; a client goes on with the token.
constexpr std::int64_t kSearchNs = 5 * kNsPerSecond;

Error bad_token() { return {ErrorCode::kInvalid, "The specified nextToken is invalid."}; }

query::EventPosition position_of(const cwlogs::PageToken& token) {
  return {token.time_ns, token.tie, token.shown};
}

cwlogs::PageToken token_of(bool is_forward, const query::EventPosition& position) {
  return {is_forward, position.time_ns, position.tie, position.shown};
}

/// `time_ms` as nanoseconds; the nearest there are when it is out of range.
std::int64_t to_ns(std::int64_t time_ms) {
  std::int64_t ns = 0;
  if (!__builtin_mul_overflow(time_ms, kNsPerMs, &ns)) return ns;
  return time_ms < 0 ? 0 : std::numeric_limits<std::int64_t>::max();
}

/// startTime and endTime. `end_is_inclusive`: FilterLogEvents, not GetLogEvents.
Status read_range(const nlohmann::json& input, bool end_is_inclusive,
                  app::LogSelection& selection) {
  const auto start_ms = number_of(input, "startTime");
  const auto end_ms = number_of(input, "endTime");
  if (start_ms) TRACERY_TRY(cwlogs::check_range(*start_ms, "startTime", 0, INT64_MAX));
  if (end_ms) TRACERY_TRY(cwlogs::check_range(*end_ms, "endTime", 0, INT64_MAX));
  selection.from_ns = to_ns(start_ms.value_or(0));
  selection.to_ns = std::numeric_limits<std::int64_t>::max();
  if (end_ms && *end_ms < INT64_MAX) selection.to_ns = to_ns(*end_ms + (end_is_inclusive ? 1 : 0));
  return {};
}

void write_event(JsonWriter& json, const app::LogLine& line) {
  json.field("timestamp", line.time_ms()).field("message", line.message);
  json.field("ingestionTime", line.ingestion_ms());
}

LogsAnswer get_log_events(const LogsCall& call) {
  const std::string group = TRACERY_TRY(group_argument(call.input));
  const std::string stream = TRACERY_TRY(required_text(call.input, "logStreamName"));
  app::LogPageRequest request;
  request.limit = TRACERY_TRY(limit_of(call.input, kEventsMax, kEventsMax));
  TRACERY_TRY(call.logs().groups->find_stream(group, stream));
  request.selection.groups = {group};
  request.selection.streams = {stream};
  TRACERY_TRY(read_range(call.input, false, request.selection));
  bool is_forward = bool_member(call.input, "startFromHead");
  const std::string text = text_of(call.input, "nextToken");
  if (!text.empty()) {
    const auto token = cwlogs::parse_stream_token(text);
    if (!token) return bad_token();
    is_forward = token->is_forward;
    request.after = position_of(*token);
  }
  request.order = is_forward ? query::EventOrder::kOldestFirst : query::EventOrder::kNewestFirst;
  app::LogPage page = TRACERY_TRY(call.logs().search.read(request));
  app::LogSearch::trim(page, kPageBytesMax, request);
  if (!is_forward) std::reverse(page.events.begin(), page.events.end());
  const auto& first = is_forward ? page.position_before : page.position_after;
  const auto& last = is_forward ? page.position_after : page.position_before;
  JsonWriter json;
  json.begin_object().key("events").begin_array();
  for (const model::Event& event : page.events) {
    json.begin_object();
    write_event(json, app::line_of(event));
    json.end_object();
  }
  json.end_array();
  json.field("nextForwardToken", cwlogs::encode_stream_token(token_of(true, last)));
  json.field("nextBackwardToken", cwlogs::encode_stream_token(token_of(false, first)));
  return json.end_object().take();
}

Result<app::LogPageRequest> read_filter_request(const LogsCall& call) {
  app::LogPageRequest request;
  const std::string group = TRACERY_TRY(group_argument(call.input));
  TRACERY_TRY(call.logs().groups->find(group));
  request.limit = TRACERY_TRY(limit_of(call.input, kEventsMax, kEventsMax));
  request.work_ns_max = kSearchNs;
  app::LogSelection& selection = request.selection;
  selection.groups = {group};
  selection.streams = texts_of(call.input, "logStreamNames");
  selection.stream_prefix = text_of(call.input, "logStreamNamePrefix");
  if (!selection.streams.empty() && !selection.stream_prefix.empty()) {
    return Error{ErrorCode::kInvalid,
                 "logStreamNamePrefix and logStreamNames are mutually exclusive parameters."};
  }
  constexpr std::size_t kStreamsMax = 100;
  if (selection.streams.size() > kStreamsMax) {
    return Error{ErrorCode::kInvalid,
                 "1 validation error detected: Value at 'logStreamNames' failed to satisfy "
                 "constraint: Member must have length less than or equal to 100"};
  }
  const std::string pattern = text_of(call.input, "filterPattern");
  TRACERY_TRY(cwlogs::check_filter_pattern(pattern));
  selection.pattern = TRACERY_TRY(cwlogs::FilterPattern::parse(pattern));
  TRACERY_TRY(read_range(call.input, true, selection));
  const bool from_head = bool_member(call.input, "startFromHead", true);
  constexpr std::int64_t kFirstOfJanuary2024Ms = 1'704'067'200'000;
  if (!from_head &&
      number_of(call.input, "startTime").value_or(kFirstOfJanuary2024Ms) < kFirstOfJanuary2024Ms) {
    return Error{ErrorCode::kInvalid,
                 "startTime must be on or after 2024-01-01 when startFromHead is false."};
  }
  request.order = from_head ? query::EventOrder::kOldestFirst : query::EventOrder::kNewestFirst;
  return request;
}

/// Names the last event of the page, if the next one begins there.
std::string filter_token(const app::LogPageRequest& request, const app::LogPage& page) {
  const bool is_forward = request.order == query::EventOrder::kOldestFirst;
  std::string stream;
  std::string id = cwlogs::event_id(page.next->time_ns, page.next->tie, 0);
  if (!page.events.empty()) {
    const app::LogLine last = app::line_of(page.events.back());
    const bool is_there =
        last.pointer.time_ns == page.next->time_ns && last.pointer.sequence == page.next->tie;
    if (is_there) {
      stream = last.stream;
      id = last.event_id();
    }
  }
  return cwlogs::encode_filter_token(request.selection.groups.front(), stream, id,
                                     token_of(is_forward, *page.next));
}

LogsAnswer filter_log_events(const LogsCall& call) {
  app::LogPageRequest request = TRACERY_TRY(read_filter_request(call));
  const std::string& group = request.selection.groups.front();
  if (const std::string text = text_of(call.input, "nextToken"); !text.empty()) {
    const auto token = cwlogs::parse_filter_token(text, group);
    if (!token) return std::string(R"({"events":[],"searchedLogStreams":[]})");
    request.order =
        token->is_forward ? query::EventOrder::kOldestFirst : query::EventOrder::kNewestFirst;
    request.after = position_of(*token);
  }
  app::LogPage page = TRACERY_TRY(call.logs().search.read(request));
  app::LogSearch::trim(page, kPageBytesMax, request);
  JsonWriter json;
  json.begin_object().key("events").begin_array();
  for (const model::Event& event : page.events) {
    const app::LogLine line = app::line_of(event);
    json.begin_object().field("logStreamName", line.stream);
    write_event(json, line);
    json.field("eventId", line.event_id()).end_object();
  }
  json.end_array().key("searchedLogStreams").begin_array().end_array();
  if (page.next) json.field("nextToken", filter_token(request, page));
  return json.end_object().take();
}

/// A value as the record shows it: always text.
std::string value_text(const model::Value& value) {
  struct Text {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return JsonWriter().value(number).take(); }
    std::string operator()(const std::string& text) const { return text; }
  };
  return std::visit(Text{}, value);
}

LogsAnswer get_log_record(const LogsCall& call) {
  const std::string text = TRACERY_TRY(required_text(call.input, "logRecordPointer"));
  const auto pointer = cwlogs::decode_pointer(text);
  if (!pointer) {
    return AwsError{400, "InvalidParameterException", "Invalid logRecordPointer", {}};
  }
  const model::Event event = TRACERY_TRY(call.logs().search.find(*pointer));
  const app::LogLine line = app::line_of(event);
  JsonWriter json;
  json.begin_object().key("logRecord").begin_object();
  json.field("@ptr", text).field("@message", line.message);
  json.field("@timestamp", std::to_string(line.time_ms()));
  json.field("@ingestionTime", std::to_string(line.ingestion_ms()));
  json.field("@logStream", line.stream);
  json.field("@log", call.account() + ':' + line.pointer.group);
  for (const model::Field& field : event.fields) {
    const std::string_view name = cwlogs::names::field_of_column(field.name);
    if (name.empty()) continue;
    json.field(name.starts_with('@') ? '@' + std::string(name) : std::string(name),
               value_text(field.value));
  }
  return json.end_object().end_object().take();
}

}  // namespace

std::span<const LogsOperation> logs_read_operations() {
  static constexpr std::array kOperations = {
      LogsOperation{"GetLogEvents", get_log_events},
      LogsOperation{"FilterLogEvents", filter_log_events},
      LogsOperation{"GetLogRecord", get_log_record},
  };
  return kOperations;
}

}  // namespace tracery::api
