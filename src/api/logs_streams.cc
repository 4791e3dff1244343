// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/logs_call.h"
#include "app/logs.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "protocols/cwlogs/limits.h"
#include "protocols/cwlogs/names.h"

namespace tracery::api {
namespace {

constexpr std::size_t kPageMax = 50;
/// Enough for every 64-bit time, so that texts sort as numbers do.
constexpr std::size_t kKeyDigits = 20;

std::string padded(std::int64_t number) {
  std::string text = std::to_string(std::max<std::int64_t>(number, 0));
  return text.insert(0, kKeyDigits - text.size(), '0');
}

LogsAnswer create_stream(const LogsCall& call) {
  const std::string group = TRACERY_TRY(required_text(call.input, "logGroupName"));
  const std::string stream = TRACERY_TRY(required_text(call.input, "logStreamName"));
  TRACERY_TRY(cwlogs::check_group_name(group));
  TRACERY_TRY(cwlogs::check_stream_name(stream));
  TRACERY_TRY(call.logs().groups->create_stream(group, stream));
  return std::string();
}

LogsAnswer delete_stream(const LogsCall& call) {
  const std::string group = TRACERY_TRY(required_text(call.input, "logGroupName"));
  const std::string stream = TRACERY_TRY(required_text(call.input, "logStreamName"));
  const std::int64_t sequence = TRACERY_TRY(call.logs().groups->remove_stream(group, stream));
  TRACERY_TRY(
      call.services.store.remove_rows(group, {std::string(cwlogs::names::kLogStream), stream,
                                              std::string(cwlogs::names::kSequence), sequence}));
  return std::string();
}

void write_stream(JsonWriter& json, const LogsCall& call, const std::string& group,
                  const app::LogStream& stream) {
  constexpr std::size_t kTokenDigits = 56;
  json.begin_object().field("logStreamName", stream.name);
  json.field("creationTime", stream.created_ms);
  if (stream.events > 0) {
    std::string token = std::to_string(stream.last_sequence);
    token.insert(0, kTokenDigits - token.size(), '0')[0] = '4';
    json.field("firstEventTimestamp", stream.first_time_ns / kNsPerMs);
    json.field("lastEventTimestamp", stream.last_time_ns / kNsPerMs);
    json.field("lastIngestionTime", cwlogs::names::ingestion_ms(stream.last_sequence));
    json.field("uploadSequenceToken", token);
  }
  json.field("arn", call.arn("log-group:" + group + ":log-stream:" + stream.name));
  json.field("storedBytes", 0).end_object();
}

LogsAnswer describe_streams(const LogsCall& call) {
  const std::string group = TRACERY_TRY(group_argument(call.input));
  const std::string prefix = text_of(call.input, "logStreamNamePrefix");
  const bool is_ordered = call.input.contains("orderBy");
  const std::string order = is_ordered ? text_of(call.input, "orderBy") : "LogStreamName";
  const bool is_descending = bool_member(call.input, "descending");
  const std::size_t limit = TRACERY_TRY(limit_of(call.input, kPageMax, kPageMax));
  if (order != "LogStreamName" && order != "LastEventTime") {
    return cwlogs::broken_rule(order, "orderBy",
                               "Member must satisfy enum value set: [LogStreamName, "
                               "LastEventTime]");
  }
  const bool by_time = order == "LastEventTime";
  if (by_time && !prefix.empty()) {
    return AwsError{400,
                    "InvalidParameterException",
                    "Cannot order by LastEventTime with a logStreamNamePrefix.",
                    {}};
  }
  auto streams = TRACERY_TRY(call.logs().groups->streams(group));
  std::erase_if(streams, [&](const auto& stream) { return !stream.name.starts_with(prefix); });
  const auto key_of = [&](const app::LogStream& stream) {
    return by_time ? padded(stream.last_time_ns) + stream.name : group + '@' + stream.name;
  };
  std::sort(streams.begin(), streams.end(), [&](const auto& a, const auto& b) {
    return is_descending ? key_of(a) > key_of(b) : key_of(a) < key_of(b);
  });
  std::vector<std::string> keys;
  for (const app::LogStream& stream : streams) keys.push_back(key_of(stream));
  const ListPage page = page_of(call.input, keys, limit, is_descending);
  JsonWriter json;
  json.begin_object().key("logStreams").begin_array();
  for (std::size_t i = page.begin; i < page.end; ++i) write_stream(json, call, group, streams[i]);
  json.end_array();
  if (!page.next.empty()) json.field("nextToken", page.next);
  return json.end_object().take();
}

}  // namespace

std::span<const LogsOperation> logs_stream_operations() {
  static constexpr std::array kOperations = {
      LogsOperation{"CreateLogStream", create_stream},
      LogsOperation{"DeleteLogStream", delete_stream},
      LogsOperation{"DescribeLogStreams", describe_streams},
  };
  return kOperations;
}

}  // namespace tracery::api
