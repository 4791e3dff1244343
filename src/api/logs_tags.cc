// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <nlohmann/json.hpp>

#include "api/logs_call.h"
#include "app/logs.h"
#include "protocols/cwlogs/limits.h"

namespace tracery::api {
namespace {

constexpr std::size_t kTagsMax = 50;
constexpr const char* kKind = "tags";

using Tags = nlohmann::json;

Result<Tags> read_tags(const LogsCall& call, const std::string& scope) {
  const auto document = TRACERY_TRY(call.logs().documents.find(kKind, scope, ""));
  if (!document) return Tags::object();
  return Tags::parse(document->body);
}

/// The scope of the tags of a log group; kNotFound when there is none.
Result<std::string> scope_of_group(const LogsCall& call) {
  const std::string group = TRACERY_TRY(required_text(call.input, "logGroupName"));
  TRACERY_TRY(call.logs().groups->find(group));
  return group;
}

/// The same by ARN; other resources' tags go by their ARN.
Result<std::string> scope_of_resource(const LogsCall& call) {
  const std::string arn = TRACERY_TRY(required_text(call.input, "resourceArn"));
  if (arn.find(":log-group:") == std::string::npos) return arn;
  const std::string group = TRACERY_TRY(cwlogs::group_of_identifier(arn));
  TRACERY_TRY(call.logs().groups->find(group));
  return group;
}

LogsAnswer add_tags(const LogsCall& call, const std::string& scope) {
  Tags tags = TRACERY_TRY(read_tags(call, scope));
  const auto more = call.input.find("tags");
  if (more != call.input.end() && more->is_object()) tags.update(*more);
  if (tags.size() > kTagsMax) {
    return AwsError{400, "TooManyTagsException",
                    "The resource has more than 50 tags: " + std::to_string(tags.size()), scope};
  }
  TRACERY_TRY(call.logs().documents.put(kKind, scope, "", tags.dump()));
  return std::string();
}

LogsAnswer remove_tags(const LogsCall& call, const std::string& scope, const char* member) {
  Tags tags = TRACERY_TRY(read_tags(call, scope));
  for (const std::string& name : texts_of(call.input, member)) tags.erase(name);
  TRACERY_TRY(call.logs().documents.put(kKind, scope, "", tags.dump()));
  return std::string();
}

LogsAnswer list_tags(const LogsCall& call, const std::string& scope) {
  return nlohmann::json{{"tags", TRACERY_TRY(read_tags(call, scope))}}.dump();
}

LogsAnswer tag_group(const LogsCall& call) {
  return add_tags(call, TRACERY_TRY(scope_of_group(call)));
}
LogsAnswer untag_group(const LogsCall& call) {
  return remove_tags(call, TRACERY_TRY(scope_of_group(call)), "tags");
}
LogsAnswer list_group_tags(const LogsCall& call) {
  return list_tags(call, TRACERY_TRY(scope_of_group(call)));
}
LogsAnswer tag_resource(const LogsCall& call) {
  return add_tags(call, TRACERY_TRY(scope_of_resource(call)));
}
LogsAnswer untag_resource(const LogsCall& call) {
  return remove_tags(call, TRACERY_TRY(scope_of_resource(call)), "tagKeys");
}
LogsAnswer list_resource_tags(const LogsCall& call) {
  return list_tags(call, TRACERY_TRY(scope_of_resource(call)));
}

}  // namespace

std::span<const LogsOperation> logs_tag_operations() {
  static constexpr std::array kOperations = {
      LogsOperation{"TagLogGroup", tag_group},
      LogsOperation{"UntagLogGroup", untag_group},
      LogsOperation{"ListTagsLogGroup", list_group_tags},
      LogsOperation{"TagResource", tag_resource},
      LogsOperation{"UntagResource", untag_resource},
      LogsOperation{"ListTagsForResource", list_resource_tags},
  };
  return kOperations;
}

}  // namespace tracery::api
