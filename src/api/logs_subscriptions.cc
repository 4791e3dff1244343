// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/logs_call.h"
#include "app/logs.h"
#include "protocols/cwlogs/filter_pattern.h"
#include "protocols/cwlogs/limits.h"

namespace tracery::api {
namespace {

using nlohmann::json;

constexpr const char* kKind = "subscription_filter";
constexpr std::size_t kFiltersPerGroupMax = 2;
constexpr std::size_t kPageMax = 50;

Status check_destination(const std::string& arn, const std::string& role) {
  if (arn.starts_with("http://") || arn.starts_with("https://")) return {};
  if (!arn.starts_with("arn:")) {
    return cwlogs::broken_rule(arn, "destinationArn", "Member must be an ARN");
  }
  for (const char* vendor : {"kinesis", "firehose"}) {
    if (arn.find(std::string(":") + vendor + ":") == std::string::npos || !role.empty()) continue;
    return Error{ErrorCode::kInvalid, std::string("destinationArn for vendor ") + vendor +
                                          " cannot be used without roleArn"};
  }
  return {};
}

LogsAnswer put_filter(const LogsCall& call) {
  const std::string group = TRACERY_TRY(required_text(call.input, "logGroupName"));
  const std::string name = TRACERY_TRY(required_text(call.input, "filterName"));
  const std::string pattern = TRACERY_TRY(required_text(call.input, "filterPattern"));
  const std::string arn = TRACERY_TRY(required_text(call.input, "destinationArn"));
  const std::string role = text_of(call.input, "roleArn");
  TRACERY_TRY(cwlogs::check_filter_name(name));
  TRACERY_TRY(cwlogs::check_filter_pattern(pattern));
  TRACERY_TRY(cwlogs::FilterPattern::parse(pattern));
  TRACERY_TRY(call.logs().groups->find(group));
  TRACERY_TRY(check_destination(arn, role));
  app::LogDocuments& documents = call.logs().documents;
  const auto others = TRACERY_TRY(documents.list(kKind, group));
  const bool is_new = std::none_of(others.begin(), others.end(),
                                   [&](const auto& other) { return other.name == name; });
  if (is_new && others.size() >= kFiltersPerGroupMax) {
    return AwsError{400, "LimitExceededException", "Resource limit exceeded.", {}};
  }
  json body = {{"filterPattern", pattern},
               {"destinationArn", arn},
               {"distribution", text_member(call.input, "distribution", "ByLogStream")}};
  if (!role.empty()) body["roleArn"] = role;
  TRACERY_TRY(documents.put(kKind, group, name, body.dump()));
  if (is_new) TRACERY_TRY(start_filter(call, kKind, group, name));
  call.logs().filters_changed();
  return std::string();
}

LogsAnswer describe_filters(const LogsCall& call) {
  const std::string group = TRACERY_TRY(required_text(call.input, "logGroupName"));
  const std::string prefix = text_of(call.input, "filterNamePrefix");
  const std::size_t limit = TRACERY_TRY(limit_of(call.input, kPageMax, kPageMax));
  TRACERY_TRY(call.logs().groups->find(group));
  std::vector<std::string> keys;
  std::vector<json> filters;
  for (const app::LogDocument& each : TRACERY_TRY(call.logs().documents.list(kKind, group))) {
    if (!each.name.starts_with(prefix)) continue;
    json body = json::parse(each.body);
    body["filterName"] = each.name;
    body["logGroupName"] = group;
    body["creationTime"] = each.created_ms;
    keys.push_back(each.name);
    filters.push_back(std::move(body));
  }
  const ListPage page = page_of(call.input, keys, limit);
  json answer = {{"subscriptionFilters", json::array()}};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    answer["subscriptionFilters"].push_back(std::move(filters[i]));
  }
  if (!page.next.empty()) answer["nextToken"] = page.next;
  return answer.dump();
}

LogsAnswer delete_filter(const LogsCall& call) {
  const std::string group = TRACERY_TRY(required_text(call.input, "logGroupName"));
  const std::string name = TRACERY_TRY(required_text(call.input, "filterName"));
  TRACERY_TRY(call.logs().groups->find(group));
  if (!TRACERY_TRY(call.logs().documents.remove(kKind, group, name))) {
    return AwsError{
        400, "ResourceNotFoundException", "The specified subscription filter does not exist.", {}};
  }
  TRACERY_TRY(forget_filter(call, kKind, group, name));
  return std::string();
}

}  // namespace

std::span<const LogsOperation> logs_subscription_operations() {
  static constexpr std::array kOperations = {
      LogsOperation{"PutSubscriptionFilter", put_filter},
      LogsOperation{"DescribeSubscriptionFilters", describe_filters},
      LogsOperation{"DeleteSubscriptionFilter", delete_filter},
  };
  return kOperations;
}

}  // namespace tracery::api
