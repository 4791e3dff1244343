// SPDX-License-Identifier: Apache-2.0
#include "api/xray_tags.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/xray_api.h"

namespace tracery::api {
namespace {

using nlohmann::json;

constexpr const char* kTopic = "tags";
constexpr std::size_t kTagsMax = 50;
constexpr std::size_t kKeyBytesMax = 128;
constexpr std::size_t kValueBytesMax = 256;

Result<json> read_tags(XrayServices& xray, const std::string& arn) {
  const auto body = TRACERY_TRY(xray.settings.find(kTopic, arn));
  return body ? json::parse(*body) : json(json::object());
}

AwsError invalid(const std::string& message) {
  return {400, "InvalidRequestException", message, {}};
}

/// Only groups and sampling rules have tags.
bool is_known(XrayServices& xray, const std::string& arn) {
  return xray.groups.find({}, arn).ok() || xray.rules.find({}, arn).ok();
}

std::optional<AwsError> check_resource(XrayServices& xray, const std::string& arn) {
  if (is_known(xray, arn)) return std::nullopt;
  return AwsError{404, "ResourceNotFoundException", "Resource not found", arn};
}

XrayAnswer tag(XrayServices& xray, const XrayCall& call) {
  const std::string arn = text_member(call.body, "ResourceARN");
  if (auto error = check_resource(xray, arn)) return *std::move(error);
  if (auto error = put_xray_tags(xray, arn, call.body)) return *std::move(error);
  return std::string("{}");
}

XrayAnswer untag(XrayServices& xray, const XrayCall& call) {
  const std::string arn = text_member(call.body, "ResourceARN");
  if (auto error = check_resource(xray, arn)) return *std::move(error);
  const auto keys = call.body.find("TagKeys");
  if (keys == call.body.end() || !keys->is_array()) return invalid("TagKeys must be a list");
  json tags = TRACERY_TRY(read_tags(xray, arn));
  for (const json& key : *keys) {
    if (key.is_string()) tags.erase(key.get<std::string>());
  }
  TRACERY_TRY(xray.settings.put(kTopic, arn, tags.dump()));
  return std::string("{}");
}

XrayAnswer list_tags(XrayServices& xray, const XrayCall& call) {
  const std::string arn = text_member(call.body, "ResourceARN");
  if (auto error = check_resource(xray, arn)) return *std::move(error);
  json list = json::array();
  const json tags = TRACERY_TRY(read_tags(xray, arn));
  for (const auto& [key, value] : tags.items()) list.push_back({{"Key", key}, {"Value", value}});
  return json{{"Tags", list}}.dump();
}

}  // namespace

std::optional<AwsError> put_xray_tags(XrayServices& xray, const std::string& arn,
                                      const json& body) {
  const auto list = body.find("Tags");
  if (list == body.end() || list->is_null()) return std::nullopt;
  if (!list->is_array()) return invalid("Tags must be a list");
  auto tags = read_tags(xray, arn);
  if (!tags.ok()) return to_aws_error(tags.error(), "InvalidRequestException");
  for (const json& tag : *list) {
    const std::string key = text_member(tag, "Key");
    const std::string value = text_member(tag, "Value");
    const bool is_good = !key.empty() && key.size() <= kKeyBytesMax && !key.starts_with("aws:") &&
                         value.size() <= kValueBytesMax;
    if (!is_good) return invalid("Bad tag: " + key);
    (*tags)[key] = value;
  }
  if (tags->size() > kTagsMax) {
    return AwsError{400, "TooManyTagsException", "A resource has at most 50 tags", arn};
  }
  const Status stored = xray.settings.put(kTopic, arn, tags->dump());
  if (!stored.ok()) return to_aws_error(stored.error(), "InvalidRequestException");
  return std::nullopt;
}

Status remove_xray_tags(XrayServices& xray, const std::string& arn) {
  return xray.settings.remove(kTopic, arn);
}

void add_xray_tag_routes(Router& router, Services& services) {
  const auto add = [&](const char* path, XrayAnswer (*work)(XrayServices&, const XrayCall&)) {
    router.add(
        "POST", path,
        xray_operation(services, XrayRight::kManage, [&services, work](const XrayCall& call) {
          return work(*services.xray, call);
        }));
  };
  add("/TagResource", tag);
  add("/UntagResource", untag);
  add("/ListTagsForResource", list_tags);
}

}  // namespace tracery::api
