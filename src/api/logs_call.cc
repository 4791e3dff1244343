// SPDX-License-Identifier: Apache-2.0
#include "api/logs_call.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/logs_delivery.h"
#include "app/logs.h"
#include "base/time.h"
#include "protocols/cwlogs/limits.h"

namespace tracery::api {
std::int64_t LogsCall::now_ms() const { return services.clock.now_ns() / kNsPerMs; }

std::string LogsCall::arn(std::string_view resource) const {
  return std::string("arn:aws:logs:")
      .append(region())
      .append(":")
      .append(account())
      .append(":")
      .append(resource);
}

AwsError to_logs_error(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalid: return {400, "InvalidParameterException", error.message, {}};
    case ErrorCode::kNotFound: return {400, "ResourceNotFoundException", error.message, {}};
    case ErrorCode::kConflict: return {400, "ResourceAlreadyExistsException", error.message, {}};
    case ErrorCode::kForbidden: return {400, "ValidationException", error.message, {}};
    case ErrorCode::kMalformed: return {400, "SerializationException", error.message, {}};
    case ErrorCode::kTooLarge: return {400, "LimitExceededException", error.message, {}};
    case ErrorCode::kUnsupported: return {400, "UnknownOperationException", error.message, {}};
    case ErrorCode::kOverloaded: return {400, "ThrottlingException", error.message, {}};
    case ErrorCode::kUnavailable: return {503, "ServiceUnavailableException", error.message, {}};
    default: return {500, "InternalServerException", error.message, {}};
  }
}

LogsAnswer::LogsAnswer(const Error& error) : error_(to_logs_error(error)) {}

net::Response LogsAnswer::response() const {
  if (ready_) return *ready_;
  return error_ ? aws_error_response(AwsProtocol::kJson11, *error_)
                : aws_response(AwsProtocol::kJson11, json_);
}

std::string text_of(const nlohmann::json& input, const char* name) {
  return text_member(input, name);
}

Result<std::string> required_text(const nlohmann::json& input, const char* name) {
  const auto found = input.find(name);
  if (found != input.end() && found->is_string()) return found->get<std::string>();
  return Error{ErrorCode::kInvalid, std::string("1 validation error detected: Value null at '") +
                                        name +
                                        "' failed to satisfy constraint: Member must not be null"};
}

std::optional<std::int64_t> number_of(const nlohmann::json& input, const char* name) {
  const auto found = input.find(name);
  if (found == input.end() || !found->is_number()) return {};
  if (!found->is_number_float()) return found->get<std::int64_t>();
  const double number = found->get<double>();
  if (!(number > -9e18 && number < 9e18)) return {};
  return static_cast<std::int64_t>(number);
}

std::vector<std::string> texts_of(const nlohmann::json& input, const char* name) {
  std::vector<std::string> texts;
  const auto found = input.find(name);
  if (found == input.end() || !found->is_array()) return texts;
  for (const auto& item : *found) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

Result<std::size_t> limit_of(const nlohmann::json& input, std::size_t usual, std::size_t most,
                             const char* name) {
  const auto limit = number_of(input, name);
  if (!limit) return usual;
  TRACERY_TRY(cwlogs::check_range(*limit, name, 1, static_cast<std::int64_t>(most)));
  return static_cast<std::size_t>(*limit);
}

Result<std::string> group_argument(const nlohmann::json& input) {
  const bool has_name = input.contains("logGroupName");
  if (has_name && input.contains("logGroupIdentifier")) {
    return Error{ErrorCode::kForbidden,
                 "LogGroup name and LogGroup ARN are mutually exclusive parameters."};
  }
  if (input.contains("logGroupIdentifier")) {
    return cwlogs::group_of_identifier(text_of(input, "logGroupIdentifier"));
  }
  if (!has_name) {
    return Error{ErrorCode::kInvalid, "Either logGroupName or logGroupIdentifier is required."};
  }
  return required_text(input, "logGroupName");
}

Status start_filter(const LogsCall& call, const std::string& kind, const std::string& group,
                    const std::string& name) {
  const std::int64_t settled = call.logs().groups->settled_sequence();
  TRACERY_TRY(call.logs().documents.put(kFilterProgress, group, kind + '/' + name,
                                        std::to_string(settled)));
  return {};
}

Status forget_filter(const LogsCall& call, const std::string& kind, const std::string& group,
                     const std::string& name) {
  TRACERY_TRY(call.logs().documents.remove(kFilterProgress, group, kind + '/' + name));
  call.logs().filters_changed();
  return {};
}

ListPage page_of(const nlohmann::json& input, const std::vector<std::string>& keys,
                 std::size_t limit, bool is_descending) {
  ListPage page;
  if (const std::string token = text_of(input, "nextToken"); !token.empty()) {
    const auto comes_first = [&](const std::string& value, const std::string& key) {
      return is_descending ? value > key : value < key;
    };
    page.begin = static_cast<std::size_t>(
        std::upper_bound(keys.begin(), keys.end(), token, comes_first) - keys.begin());
  }
  page.end = std::min(keys.size(), page.begin + limit);
  if (page.end < keys.size()) page.next = keys[page.end - 1];
  return page;
}

}  // namespace tracery::api
