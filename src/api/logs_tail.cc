// SPDX-License-Identifier: Apache-2.0
#include "api/logs_tail.h"

#include <nlohmann/json.hpp>

#include "api/aws_event_stream.h"
#include "app/logs.h"
#include "app/random_id.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "protocols/cwlogs/limits.h"
#include "protocols/cwlogs/names.h"

namespace tracery::api {
namespace {

constexpr std::size_t kGroupsMax = 10;
constexpr std::size_t kStreamsMax = 100;
constexpr std::int64_t kSessionNs = 3 * 3600 * kNsPerSecond;
/// Unread bytes of a connection from which on updates are left out. An update is smaller than the
/// rest of what a connection holds.
constexpr std::size_t kUnreadBytesMax = 512ULL << 10;

struct TailRequest {
  std::vector<std::string> identifiers;  ///< As the client named the groups.
  std::string pattern;
  app::TailSelection selection;
};

Status check_streams(const LogsCall& call, const TailRequest& request) {
  const bool has_names = call.input.contains("logStreamNames");
  const bool has_prefixes = call.input.contains("logStreamNamePrefixes");
  if (has_names && has_prefixes) {
    return Error{ErrorCode::kInvalid,
                 "Only one of logStreamNames or logStreamNamePrefixes can be provided."};
  }
  if ((has_names || has_prefixes) && request.identifiers.size() > 1) {
    return Error{ErrorCode::kInvalid,
                 "logStreamNames and logStreamNamePrefixes can only be used with a single log "
                 "group."};
  }
  if (request.selection.streams.size() > kStreamsMax ||
      request.selection.stream_prefixes.size() > kStreamsMax) {
    return Error{ErrorCode::kInvalid, "At most 100 log streams can be named."};
  }
  return {};
}

Result<TailRequest> read_request(const LogsCall& call) {
  TailRequest request;
  request.identifiers = texts_of(call.input, "logGroupIdentifiers");
  if (request.identifiers.empty() || request.identifiers.size() > kGroupsMax) {
    return Error{ErrorCode::kInvalid,
                 std::string("1 validation error detected: Value at 'logGroupIdentifiers' failed "
                             "to satisfy constraint: Member must have length ") +
                     (request.identifiers.empty() ? "greater than or equal to 1"
                                                  : "less than or equal to 10")};
  }
  app::TailSelection& selection = request.selection;
  selection.streams = texts_of(call.input, "logStreamNames");
  selection.stream_prefixes = texts_of(call.input, "logStreamNamePrefixes");
  TRACERY_TRY(check_streams(call, request));
  for (const std::string& identifier : request.identifiers) {
    selection.groups.push_back(TRACERY_TRY(cwlogs::group_of_identifier(identifier)));
    TRACERY_TRY(call.logs().groups->find(selection.groups.back()));
  }
  request.pattern = text_of(call.input, "logEventFilterPattern");
  TRACERY_TRY(cwlogs::check_filter_pattern(request.pattern));
  selection.pattern = TRACERY_TRY(cwlogs::FilterPattern::parse(request.pattern));
  return request;
}

void write_texts(JsonWriter& json, const char* name, const std::vector<std::string>& texts) {
  json.key(name).begin_array();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

std::string session_start(const TailRequest& request) {
  JsonWriter json;
  json.begin_object().field("requestId", app::random_uuid());
  json.field("sessionId", app::random_uuid());
  write_texts(json, "logGroupIdentifiers", request.identifiers);
  write_texts(json, "logStreamNames", request.selection.streams);
  write_texts(json, "logStreamNamePrefixes", request.selection.stream_prefixes);
  json.field("logEventFilterPattern", request.pattern);
  return json.end_object().take();
}

std::string session_update(const TailRequest& request, const app::TailUpdate& update) {
  const auto identifier_of = [&](const std::string& group) -> const std::string& {
    for (std::size_t i = 0; i < request.selection.groups.size(); ++i) {
      if (request.selection.groups[i] == group) return request.identifiers[i];
    }
    return group;
  };
  JsonWriter json;
  json.begin_object().key("sessionMetadata").begin_object();
  json.field("sampled", update.is_sampled).end_object().key("sessionResults").begin_array();
  for (const app::TailLine* line : update.lines) {
    const std::int64_t ingested_ns = line->sequence == 0 ? line->time_ns : line->sequence;
    json.begin_object().field("logStreamName", line->stream);
    json.field("logGroupIdentifier", identifier_of(line->group));
    json.field("message", line->message).field("timestamp", line->time_ns / kNsPerMs);
    json.field("ingestionTime", cwlogs::names::ingestion_ms(ingested_ns)).end_object();
  }
  return json.end_array().end_object().take();
}

}  // namespace

app::LogTail::Sent send_to_tail(net::BodyStream& stream, const std::string& bytes) {
  if (stream.pending_bytes() > kUnreadBytesMax) return app::LogTail::Sent::kSlow;
  return stream.write(bytes) ? app::LogTail::Sent::kTaken : app::LogTail::Sent::kGone;
}

net::Response start_live_tail(const LogsCall& call) {
  auto parsed = read_request(call);
  if (!parsed.ok()) {
    return aws_error_response(AwsProtocol::kJson11, to_logs_error(parsed.error()));
  }
  const auto request = std::make_shared<const TailRequest>(*std::move(parsed));
  net::Response response = aws_response(AwsProtocol::kJson11, {});
  response.headers[0].second = "application/vnd.amazon.eventstream";
  response.body = encode_stream_event("initial-response", "{}") +
                  encode_stream_event("sessionStart", session_start(*request));
  const Clock& clock = call.services.clock;
  const std::int64_t end_ns = clock.now_ns() + kSessionNs;
  response.stream = [&tail = call.logs().tail, &clock, end_ns, request,
                     key = "aws " + call.input.dump()](std::shared_ptr<net::BodyStream> body) {
    const auto render = [request](const app::TailUpdate& update) {
      return encode_stream_event("sessionUpdate", session_update(*request, update));
    };
    const auto send = [&clock, end_ns, body = std::move(body)](const std::string& bytes) {
      if (clock.now_ns() < end_ns) return send_to_tail(*body, bytes);
      body->write(encode_stream_exception("SessionTimeoutException", "The session has ended."));
      body->close();
      return app::LogTail::Sent::kGone;
    };
    tail.subscribe(key, request->selection, render, send);
  };
  return response;
}

}  // namespace tracery::api
