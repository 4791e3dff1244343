// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/xray_api.h"
#include "api/xray_operation.h"
#include "api/xray_services.h"
#include "api/xray_tags.h"

namespace tracery::api {
namespace {

using app::XrayGroup;
using nlohmann::json;

app::AwsPlace place_of(const Services& services, const XrayCall& call) {
  return {call.caller.region, services.facts.aws_account_id};
}

json describe(XrayGroup group, const app::AwsPlace& place) {
  if (group.arn.empty()) group.arn = place.arn("group/" + group.name);
  return write_group(group);
}

std::string answer(XrayGroup group, const app::AwsPlace& place) {
  return json{{"Group", describe(std::move(group), place)}}.dump();
}

Result<XrayGroup> find(Services& services, const XrayCall& call) {
  return services.xray->groups.find(text_member(call.body, "GroupName"),
                                    text_member(call.body, "GroupARN"));
}

/// Takes over what a request says of a group; what it does not say stays.
void read_members(const json& body, XrayGroup& group) {
  group.filter_expression = text_member(body, "FilterExpression", group.filter_expression);
  const auto insights = body.find("InsightsConfiguration");
  if (insights == body.end()) return;
  group.insights_enabled = bool_member(*insights, "InsightsEnabled", group.insights_enabled);
  group.notifications_enabled =
      bool_member(*insights, "NotificationsEnabled", group.notifications_enabled);
}

XrayAnswer create(Services& services, const XrayCall& call) {
  const app::AwsPlace place = place_of(services, call);
  XrayGroup group{.name = text_member(call.body, "GroupName")};
  read_members(call.body, group);
  group = TRACERY_TRY(services.xray->groups.create(group, place));
  if (auto error = put_xray_tags(*services.xray, group.arn, call.body)) return *std::move(error);
  return answer(std::move(group), place);
}

XrayAnswer update(Services& services, const XrayCall& call) {
  const app::AwsPlace place = place_of(services, call);
  XrayGroup group = TRACERY_TRY(find(services, call));
  if (group.arn.empty()) group.arn = place.arn("group/" + group.name);
  read_members(call.body, group);
  return answer(TRACERY_TRY(services.xray->groups.update(group)), place);
}

XrayAnswer remove(Services& services, const XrayCall& call) {
  const XrayGroup group = TRACERY_TRY(find(services, call));
  TRACERY_TRY(services.xray->groups.remove(group.name, {}));
  TRACERY_TRY(remove_xray_tags(*services.xray, group.arn));
  return std::string("{}");
}

XrayAnswer get(Services& services, const XrayCall& call) {
  return answer(TRACERY_TRY(find(services, call)), place_of(services, call));
}

XrayAnswer list(Services& services, const XrayCall& call) {
  json groups = json::array();
  for (XrayGroup& group : TRACERY_TRY(services.xray->groups.list())) {
    groups.push_back(describe(std::move(group), place_of(services, call)));
  }
  return json{{"Groups", groups}}.dump();
}

}  // namespace

void add_xray_group_routes(Router& router, Services& services) {
  const auto add = [&](const char* path, XrayAnswer (*work)(Services&, const XrayCall&)) {
    router.add(
        "POST", path,
        xray_operation(services, XrayRight::kManage,
                       [&services, work](const XrayCall& call) { return work(services, call); }));
  };
  add("/CreateGroup", create);
  add("/UpdateGroup", update);
  add("/DeleteGroup", remove);
  add("/GetGroup", get);
  add("/Groups", list);
}

}  // namespace tracery::api
