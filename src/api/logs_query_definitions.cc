// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "api/logs_call.h"
#include "app/logs.h"
#include "app/random_id.h"
#include "protocols/cwlogs/limits.h"

namespace tracery::api {
namespace {

using nlohmann::json;

constexpr const char* kKind = "query_definition";

LogsAnswer put_definition(const LogsCall& call) {
  constexpr std::size_t kNameMax = 255;
  constexpr std::size_t kQueryMax = 10'000;
  const std::string name = TRACERY_TRY(required_text(call.input, "name"));
  const std::string query = TRACERY_TRY(required_text(call.input, "queryString"));
  TRACERY_TRY(cwlogs::check_length(name, "name", 1, kNameMax));
  TRACERY_TRY(cwlogs::check_length(query, "queryString", 1, kQueryMax));
  std::string id = text_of(call.input, "queryDefinitionId");
  app::LogDocuments& documents = call.logs().documents;
  if (id.empty()) {
    id = app::random_uuid();
  } else if (!TRACERY_TRY(documents.find(kKind, "", id))) {
    return AwsError{
        400, "ResourceNotFoundException", "The specified query definition does not exist.", {}};
  }
  json body = {{"name", name}, {"queryString", query}};
  for (const char* member : {"logGroupNames", "parameters", "queryLanguage"}) {
    if (call.input.contains(member)) body[member] = call.input.at(member);
  }
  TRACERY_TRY(documents.put(kKind, "", id, body.dump()));
  return json{{"queryDefinitionId", id}}.dump();
}

LogsAnswer describe_definitions(const LogsCall& call) {
  constexpr std::size_t kPageMax = 1000;
  const std::string prefix = text_of(call.input, "queryDefinitionNamePrefix");
  const std::size_t limit = TRACERY_TRY(limit_of(call.input, kPageMax, kPageMax, "maxResults"));
  std::vector<std::pair<std::string, json>> definitions;
  for (const app::LogDocument& each : TRACERY_TRY(call.logs().documents.list(kKind))) {
    json body = json::parse(each.body);
    const std::string name = text_of(body, "name");
    if (!name.starts_with(prefix)) continue;
    body["queryDefinitionId"] = each.name;
    body["lastModified"] = each.updated_ms;
    definitions.emplace_back(name + '\n' + each.name, std::move(body));
  }
  std::sort(definitions.begin(), definitions.end());
  std::vector<std::string> keys;
  for (const auto& [key, body] : definitions) keys.push_back(key);
  const ListPage page = page_of(call.input, keys, limit);
  json answer = {{"queryDefinitions", json::array()}};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    answer["queryDefinitions"].push_back(std::move(definitions[i].second));
  }
  if (!page.next.empty()) answer["nextToken"] = page.next;
  return answer.dump();
}

LogsAnswer delete_definition(const LogsCall& call) {
  const std::string id = TRACERY_TRY(required_text(call.input, "queryDefinitionId"));
  if (!TRACERY_TRY(call.logs().documents.remove(kKind, "", id))) {
    return AwsError{
        400, "ResourceNotFoundException", "The specified query definition does not exist.", {}};
  }
  return json{{"success", true}}.dump();
}

}  // namespace

std::span<const LogsOperation> logs_query_definition_operations() {
  static constexpr std::array kOperations = {
      LogsOperation{"PutQueryDefinition", put_definition},
      LogsOperation{"DescribeQueryDefinitions", describe_definitions},
      LogsOperation{"DeleteQueryDefinition", delete_definition},
  };
  return kOperations;
}

}  // namespace tracery::api
