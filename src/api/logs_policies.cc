// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "api/logs_call.h"
#include "app/logs.h"
#include "protocols/cwlogs/limits.h"

namespace tracery::api {
namespace {

using nlohmann::json;

constexpr std::size_t kPageMax = 50;
constexpr const char* kPolicy = "resource_policy";
constexpr const char* kDestination = "destination";

json policy_json(const app::LogDocument& document) {
  return {{"policyName", document.name},
          {"policyDocument", document.body},
          {"lastUpdatedTime", document.updated_ms}};
}

LogsAnswer put_policy(const LogsCall& call) {
  constexpr std::size_t kPoliciesMax = 10;
  const std::string name = TRACERY_TRY(required_text(call.input, "policyName"));
  const std::string body = TRACERY_TRY(required_text(call.input, "policyDocument"));
  app::LogDocuments& documents = call.logs().documents;
  const auto others = TRACERY_TRY(documents.list(kPolicy));
  const bool is_new = std::none_of(others.begin(), others.end(),
                                   [&](const auto& other) { return other.name == name; });
  if (is_new && others.size() >= kPoliciesMax) {
    return AwsError{400, "LimitExceededException", "Resource limit exceeded.", {}};
  }
  const auto stored = TRACERY_TRY(documents.put(kPolicy, "", name, body));
  return json{{"resourcePolicy", policy_json(stored)}}.dump();
}

LogsAnswer describe_policies(const LogsCall& call) {
  const std::size_t limit = TRACERY_TRY(limit_of(call.input, kPageMax, kPageMax));
  const auto policies = TRACERY_TRY(call.logs().documents.list(kPolicy));
  std::vector<std::string> keys;
  for (const app::LogDocument& each : policies) keys.push_back(each.name);
  const ListPage page = page_of(call.input, keys, limit);
  json answer = {{"resourcePolicies", json::array()}};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    answer["resourcePolicies"].push_back(policy_json(policies[i]));
  }
  if (!page.next.empty()) answer["nextToken"] = page.next;
  return answer.dump();
}

LogsAnswer delete_policy(const LogsCall& call) {
  const std::string name = text_of(call.input, "policyName");
  if (!TRACERY_TRY(call.logs().documents.remove(kPolicy, "", name))) {
    return AwsError{
        400, "ResourceNotFoundException", "Policy with name [" + name + "] does not exist", {}};
  }
  return std::string();
}

json destination_json(const LogsCall& call, const app::LogDocument& document) {
  json destination = json::parse(document.body);
  destination["destinationName"] = document.name;
  destination["arn"] = call.arn("destination:" + document.name);
  destination["creationTime"] = document.created_ms;
  return destination;
}

Result<app::LogDocument> find_destination(const LogsCall& call, const std::string& name) {
  auto found = TRACERY_TRY(call.logs().documents.find(kDestination, "", name));
  if (!found) {
    return Error{ErrorCode::kNotFound, "The specified destination does not exist."};
  }
  return *std::move(found);
}

LogsAnswer put_destination(const LogsCall& call) {
  const std::string name = TRACERY_TRY(required_text(call.input, "destinationName"));
  TRACERY_TRY(cwlogs::check_filter_name(name, "destinationName"));
  app::LogDocuments& documents = call.logs().documents;
  json body = json::object();
  if (const auto existing = TRACERY_TRY(documents.find(kDestination, "", name))) {
    body = json::parse(existing->body);
  }
  body["targetArn"] = TRACERY_TRY(required_text(call.input, "targetArn"));
  body["roleArn"] = TRACERY_TRY(required_text(call.input, "roleArn"));
  const auto stored = TRACERY_TRY(documents.put(kDestination, "", name, body.dump()));
  const auto tags = call.input.find("tags");
  if (tags != call.input.end() && tags->is_object()) {
    TRACERY_TRY(documents.put("tags", call.arn("destination:" + name), "", tags->dump()));
  }
  return json{{"destination", destination_json(call, stored)}}.dump();
}

LogsAnswer put_destination_policy(const LogsCall& call) {
  const std::string name = TRACERY_TRY(required_text(call.input, "destinationName"));
  const auto existing = TRACERY_TRY(find_destination(call, name));
  json body = json::parse(existing.body);
  body["accessPolicy"] = TRACERY_TRY(required_text(call.input, "accessPolicy"));
  TRACERY_TRY(call.logs().documents.put(kDestination, "", name, body.dump()));
  return std::string();
}

LogsAnswer describe_destinations(const LogsCall& call) {
  const std::size_t limit = TRACERY_TRY(limit_of(call.input, kPageMax, kPageMax));
  const std::string prefix = text_of(call.input, "DestinationNamePrefix");
  auto destinations = TRACERY_TRY(call.logs().documents.list(kDestination));
  std::erase_if(destinations, [&](const auto& each) { return !each.name.starts_with(prefix); });
  std::vector<std::string> keys;
  for (const app::LogDocument& each : destinations) keys.push_back(each.name);
  const ListPage page = page_of(call.input, keys, limit);
  json answer = {{"destinations", json::array()}};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    answer["destinations"].push_back(destination_json(call, destinations[i]));
  }
  if (!page.next.empty()) answer["nextToken"] = page.next;
  return answer.dump();
}

LogsAnswer delete_destination(const LogsCall& call) {
  const std::string name = TRACERY_TRY(required_text(call.input, "destinationName"));
  TRACERY_TRY(find_destination(call, name));
  TRACERY_TRY(call.logs().documents.remove(kDestination, "", name));
  TRACERY_TRY(call.logs().documents.remove_scope(call.arn("destination:" + name)));
  return std::string();
}

}  // namespace

std::span<const LogsOperation> logs_policy_operations() {
  static constexpr std::array kOperations = {
      LogsOperation{"PutResourcePolicy", put_policy},
      LogsOperation{"DescribeResourcePolicies", describe_policies},
      LogsOperation{"DeleteResourcePolicy", delete_policy},
      LogsOperation{"PutDestination", put_destination},
      LogsOperation{"PutDestinationPolicy", put_destination_policy},
      LogsOperation{"DescribeDestinations", describe_destinations},
      LogsOperation{"DeleteDestination", delete_destination},
  };
  return kOperations;
}

}  // namespace tracery::api
