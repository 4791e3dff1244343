// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/put_decoder.h"

#include <charconv>

#include <simdjson.h>

#include "base/json_writer.h"
#include "base/utf8.h"
#include "protocols/cwlogs/event_batch.h"
#include "protocols/cwlogs/limits.h"

namespace tracery::cwlogs {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::int64_t kMsPerDay = 86'400'000;

Error malformed(std::string_view what) {
  return {ErrorCode::kMalformed, std::string("PutLogEvents: ").append(what)};
}

Status parse(simdjson::dom::parser& parser, std::string_view body, object& root) {
  auto error = parser.parse(body.data(), body.size()).get(root);
  if (error == simdjson::UTF8_ERROR) {
    const std::string mended = replace_bad_utf8(body);
    error = parser.parse(mended.data(), mended.size()).get(root);
  }
  if (error != simdjson::SUCCESS) return malformed("body is no JSON object");
  return {};
}

Result<std::string_view> text_of(const object& root, std::string_view name) {
  std::string_view text;
  if (root[name].get(text) != simdjson::SUCCESS)
    return malformed(std::string(name) + " is no text");
  return text;
}

Result<LogEvent> read_event(const element& entry, std::size_t index) {
  LogEvent event;
  object members;
  if (entry.get(members) != simdjson::SUCCESS) return malformed("a log event is no object");
  double number = 0;
  const auto timestamp = members["timestamp"];
  if (timestamp.get(event.time_ms) != simdjson::SUCCESS) {
    if (timestamp.get(number) != simdjson::SUCCESS || number < -9e15 || number > 9e15) {
      return malformed("a log event has no timestamp");
    }
    event.time_ms = static_cast<std::int64_t>(number);
  }
  if (event.time_ms < 0) {
    return broken_rule(std::to_string(event.time_ms),
                       "logEvents." + std::to_string(index + 1) + ".member.timestamp",
                       "Member must have value greater than or equal to 0");
  }
  if (members["message"].get(event.message) != simdjson::SUCCESS) {
    return malformed("a log event has no message");
  }
  if (event.message.empty()) {
    return broken_rule("", "logEvents." + std::to_string(index + 1) + ".member.message",
                       "Member must have length greater than or equal to 1");
  }
  return event;
}

Result<std::vector<LogEvent>> read_events(const object& root) {
  simdjson::dom::array entries;
  if (root["logEvents"].get(entries) != simdjson::SUCCESS) return malformed("logEvents is no list");
  std::vector<LogEvent> events;
  events.reserve(entries.size());
  for (const element entry : entries) {
    events.push_back(TRACERY_TRY(read_event(entry, events.size())));
  }
  if (events.empty()) {
    return broken_rule("[]", "logEvents", "Member must have length greater than or equal to 1");
  }
  if (events.size() > kEventsPerPutMax) {
    return Error{ErrorCode::kInvalid,
                 "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: "
                 "Member must have length less than or equal to 10000"};
  }
  return events;
}

Status check_times(const std::vector<LogEvent>& events) {
  for (std::size_t i = 1; i < events.size(); ++i) {
    if (events[i].time_ms < events[i - 1].time_ms) {
      return Error{ErrorCode::kInvalid,
                   "Log events in a single PutLogEvents request must be in chronological order."};
    }
  }
  return {};
}

/// The span counts only what is taken.
Status check_span(const PutOutcome& outcome) {
  if (outcome.last_time_ns - outcome.first_time_ns <= kMsPerDay * 1'000'000) return {};
  return Error{ErrorCode::kInvalid,
               "The batch of log events in a single PutLogEvents request cannot span more than 24 "
               "hours."};
}

}  // namespace

std::string PutContext::text() const {
  std::string text = std::to_string(sequence) + ' ' + std::to_string(retention_days);
  return stream.empty() ? text : text.append(" ").append(stream);
}

Result<PutContext> PutContext::parse(std::string_view text, std::int64_t now_ns) {
  PutContext context{.now_ns = now_ns};
  const char* end = text.data() + text.size();
  const auto sequence = std::from_chars(text.data(), end, context.sequence);
  if (sequence.ec == std::errc() && sequence.ptr != end) {
    const auto days = std::from_chars(sequence.ptr + 1, end, context.retention_days);
    if (days.ec == std::errc() && (days.ptr == end || *days.ptr == ' ')) {
      if (days.ptr != end) context.stream.assign(days.ptr + 1, end);
      return context;
    }
  }
  return Error{ErrorCode::kCorrupt, "bad context of log events"};
}

Result<PutTarget> read_put_target(std::string_view body) {
  simdjson::ondemand::parser parser;
  simdjson::padded_string padded(body);
  simdjson::ondemand::document document;
  auto error = parser.iterate(padded).get(document);
  if (error == simdjson::UTF8_ERROR) {
    padded = simdjson::padded_string(replace_bad_utf8(body));
    error = parser.iterate(padded).get(document);
  }
  simdjson::ondemand::object root;
  if (error != simdjson::SUCCESS || document.get_object().get(root) != simdjson::SUCCESS) {
    return malformed("body is no JSON object");
  }
  PutTarget target;
  for (const auto& [name, place] :
       {std::pair{"logGroupName", &target.group}, std::pair{"logStreamName", &target.stream}}) {
    std::string_view text;
    if (root.find_field_unordered(name).get_string().get(text) != simdjson::SUCCESS) {
      return malformed(std::string(name) + " is no text");
    }
    *place = text;
  }
  return target;
}

Result<PutOutcome> decode_put(std::string_view body, const PutContext& context,
                              model::EventSink& sink) {
  simdjson::dom::parser parser;
  object root;
  TRACERY_TRY(parse(parser, body, root));
  PutOutcome outcome;
  outcome.group = TRACERY_TRY(text_of(root, "logGroupName"));
  outcome.stream = TRACERY_TRY(text_of(root, "logStreamName"));
  TRACERY_TRY(check_group_name(outcome.group));
  TRACERY_TRY(check_stream_name(outcome.stream));
  const std::vector<LogEvent> events = TRACERY_TRY(read_events(root));
  TRACERY_TRY(check_sizes(events));
  TRACERY_TRY(check_times(events));
  write_accepted(events, context, sink, outcome);
  TRACERY_TRY(check_span(outcome));
  return outcome;
}

std::string encode_put_response(const PutOutcome& outcome) {
  constexpr std::size_t kTokenDigits = 56;
  std::string token = std::to_string(outcome.last_sequence);
  token.insert(0, kTokenDigits - std::min(kTokenDigits, token.size()), '0');
  // AWS's tokens begin with a 4; clients only hand them back.
  token[0] = '4';
  JsonWriter json;
  json.begin_object().field("nextSequenceToken", token);
  if (outcome.rejected > 0) {
    json.key("rejectedLogEventsInfo").begin_object();
    const auto write = [&](const char* name, const std::optional<std::size_t>& index) {
      if (index) json.field(name, static_cast<std::uint64_t>(*index));
    };
    write("tooNewLogEventStartIndex", outcome.too_new_start);
    write("tooOldLogEventEndIndex", outcome.too_old_end);
    write("expiredLogEventEndIndex", outcome.expired_end);
    json.end_object();
  }
  return json.end_object().take();
}

}  // namespace tracery::cwlogs
