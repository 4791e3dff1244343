// SPDX-License-Identifier: Apache-2.0
#include "app/xray_groups.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/random_id.h"
#include "protocols/xray/filter_expression.h"

namespace tracery::app {
namespace {

using nlohmann::json;

std::string id_of(const std::string& name) { return "xray-group/" + name; }

XrayGroup read(const Document& document) {
  const json body = json::parse(document.body);
  const json& insights = body.at("InsightsConfiguration");
  return {body.at("GroupName").get<std::string>(), body.at("GroupARN").get<std::string>(),
          body.at("FilterExpression").get<std::string>(),
          insights.at("InsightsEnabled").get<bool>(),
          insights.at("NotificationsEnabled").get<bool>()};
}

}  // namespace

json write_group(const XrayGroup& group) {
  return {{"GroupName", group.name},
          {"GroupARN", group.arn},
          {"FilterExpression", group.filter_expression},
          {"InsightsConfiguration",
           {{"InsightsEnabled", group.insights_enabled},
            {"NotificationsEnabled", group.notifications_enabled}}}};
}

Result<std::vector<XrayGroup>> XrayGroups::list() {
  std::vector<XrayGroup> groups;
  for (const Document& document : TRACERY_TRY(documents_.list(DocumentKind::kXrayGroup))) {
    groups.push_back(read(document));
  }
  const auto has_default = std::find_if(groups.begin(), groups.end(),
                                        [](const XrayGroup& each) { return each.is_default(); });
  XrayGroup first{.name = XrayGroup::kDefaultName, .arn = {}, .filter_expression = {}};
  if (has_default != groups.end()) {
    first = *has_default;
    groups.erase(has_default);
  }
  groups.insert(groups.begin(), std::move(first));
  return groups;
}

Result<XrayGroup> XrayGroups::find(const std::string& name, const std::string& arn) {
  for (XrayGroup& group : TRACERY_TRY(list())) {
    // The default's ARN depends on who asks, until it is stored.
    const bool is_default_arn = group.arn.empty() && arn.ends_with(":group/Default");
    const bool is_arn = !arn.empty() && (group.arn == arn || is_default_arn);
    if (name.empty() ? is_arn : group.name == name) return std::move(group);
  }
  return Error{ErrorCode::kInvalid, "Group does not exist: " + (name.empty() ? arn : name)};
}

Result<XrayGroup> XrayGroups::create(XrayGroup group, const AwsPlace& place) {
  if (group.name.empty() || group.name.size() > 32) {
    return Error{ErrorCode::kInvalid, "GroupName must have 1 to 32 characters"};
  }
  if (group.is_default()) return Error{ErrorCode::kInvalid, "The name Default is reserved"};
  TRACERY_TRY(xray::parse_filter(group.filter_expression));
  group.arn = place.arn("group/" + group.name + '/' + random_base36(26));
  const auto made =
      documents_.create(DocumentKind::kXrayGroup, "", write_group(group).dump(), id_of(group.name));
  if (!made.ok() && made.error().code == ErrorCode::kConflict) {
    return Error{ErrorCode::kInvalid, "Group already exists: " + group.name};
  }
  if (!made.ok()) return made.error();
  return group;
}

Result<XrayGroup> XrayGroups::update(const XrayGroup& group) {
  if (group.is_default() && !group.filter_expression.empty()) {
    return Error{ErrorCode::kInvalid, "The default group holds every trace"};
  }
  TRACERY_TRY(xray::parse_filter(group.filter_expression));
  const std::string body = write_group(group).dump();
  auto stored = documents_.update(DocumentKind::kXrayGroup, id_of(group.name), body);
  if (!stored.ok() && group.is_default()) {
    stored = documents_.create(DocumentKind::kXrayGroup, "", body, id_of(group.name));
  }
  if (!stored.ok()) return stored.error();
  return group;
}

Status XrayGroups::remove(const std::string& name, const std::string& arn) {
  const XrayGroup group = TRACERY_TRY(find(name, arn));
  if (group.is_default()) return Error{ErrorCode::kInvalid, "The default group stays"};
  return documents_.remove(DocumentKind::kXrayGroup, id_of(group.name));
}

}  // namespace tracery::app
