// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/xray_api.h"
#include "api/xray_operation.h"
#include "api/xray_services.h"
#include "api/xray_tags.h"
#include "base/time.h"

namespace tracery::api {
namespace {

using nlohmann::json;
using xray::SamplingRule;

constexpr std::size_t kStatisticsMax = 25;

double to_seconds(std::int64_t time_ns) {
  return static_cast<double>(time_ns) / static_cast<double>(kNsPerSecond);
}

app::AwsPlace place_of(const Services& services, const XrayCall& call) {
  return {call.caller.region, services.facts.aws_account_id};
}

json describe(SamplingRule rule, const app::AwsPlace& place) {
  if (rule.arn.empty()) rule.arn = place.arn("sampling-rule/" + rule.name);
  return write_sampling_rule_record(rule);
}

std::string answer(SamplingRule rule, const app::AwsPlace& place) {
  return json{{"SamplingRuleRecord", describe(std::move(rule), place)}}.dump();
}

const json& member(const json& body, const char* name) {
  static const json kAbsent;
  const auto found = body.find(name);
  return found == body.end() ? kAbsent : *found;
}

XrayAnswer create(Services& services, const XrayCall& call) {
  const app::AwsPlace place = place_of(services, call);
  SamplingRule rule = TRACERY_TRY(xray::read_sampling_rule(member(call.body, "SamplingRule")));
  rule = TRACERY_TRY(services.xray->rules.create(std::move(rule), place));
  if (auto error = put_xray_tags(*services.xray, rule.arn, call.body)) return *std::move(error);
  return answer(std::move(rule), place);
}

XrayAnswer update(Services& services, const XrayCall& call) {
  const app::AwsPlace place = place_of(services, call);
  const json& changes = member(call.body, "SamplingRuleUpdate");
  return answer(TRACERY_TRY(services.xray->rules.update(changes, place)), place);
}

XrayAnswer remove(Services& services, const XrayCall& call) {
  SamplingRule rule = TRACERY_TRY(services.xray->rules.remove(text_member(call.body, "RuleName"),
                                                              text_member(call.body, "RuleARN")));
  services.xray->targets.forget(rule.name);
  TRACERY_TRY(remove_xray_tags(*services.xray, rule.arn));
  return answer(std::move(rule), place_of(services, call));
}

XrayAnswer list(Services& services, const XrayCall& call) {
  json records = json::array();
  for (SamplingRule& rule : TRACERY_TRY(services.xray->rules.list())) {
    records.push_back(describe(std::move(rule), place_of(services, call)));
  }
  return json{{"SamplingRuleRecords", records}}.dump();
}

XrayAnswer summarize(Services& services, const XrayCall&) {
  json summaries = json::array();
  for (const SamplingRule& rule : TRACERY_TRY(services.xray->rules.list())) {
    for (const app::SamplingCounts& window : services.xray->targets.activity(rule.name).windows) {
      summaries.push_back({{"RuleName", rule.name},
                           {"Timestamp", to_seconds(window.time_ns)},
                           {"RequestCount", window.requests},
                           {"BorrowCount", window.borrowed},
                           {"SampledCount", window.sampled}});
    }
  }
  return json{{"SamplingStatisticSummaries", summaries}}.dump();
}

std::uint64_t count_of(const json& document, const char* name) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(int_member(document, name), 0));
}

json unprocessed(const std::string& rule) {
  return {{"RuleName", rule}, {"ErrorCode", "404"}, {"Message", "Sampling rule does not exist"}};
}

/// One SamplingStatisticsDocument; nothing when there is no such rule.
std::optional<json> take_statistics(XrayServices& xray, const json& document) {
  const auto rule = xray.rules.find(text_member(document, "RuleName"));
  if (!rule.ok()) return std::nullopt;
  const app::SamplingReport report{.client = text_member(document, "ClientID"),
                                   .requests = count_of(document, "RequestCount"),
                                   .sampled = count_of(document, "SampledCount"),
                                   .borrowed = count_of(document, "BorrowCount")};
  const app::ReservoirGrant grant = xray.targets.report(*rule, report);
  return json{{"RuleName", rule->name},
              {"FixedRate", rule->fixed_rate},
              {"ReservoirQuota", grant.quota},
              {"ReservoirQuotaTTL", grant.expires_ns / kNsPerSecond},
              {"Interval", app::XraySamplingTargets::kIntervalSeconds}};
}

/// One SamplingBoostStatisticsDocument, whose answer goes into its rule's target.
void take_boost(XrayServices& xray, const json& document, json& targets, json& failed) {
  const std::string name = text_member(document, "RuleName");
  const auto rule = xray.rules.find(name);
  if (!rule.ok()) {
    failed.push_back(unprocessed(name));
    return;
  }
  const auto boost = xray.targets.report_anomalies(
      *rule,
      {.total = count_of(document, "TotalCount"), .anomalies = count_of(document, "AnomalyCount")});
  if (!boost) return;
  for (json& target : targets) {
    if (target["RuleName"] != name) continue;
    target["SamplingBoost"] = {{"BoostRate", boost->rate},
                               {"BoostRateTTL", boost->expires_ns / kNsPerSecond}};
  }
}

XrayAnswer give_targets(Services& services, const XrayCall& call) {
  XrayServices& xray = *services.xray;
  const json& statistics = member(call.body, "SamplingStatisticsDocuments");
  const json& boosts = member(call.body, "SamplingBoostStatisticsDocuments");
  if (xray.is_strict && statistics.size() > kStatisticsMax) {
    return Error{ErrorCode::kInvalid, "At most 25 SamplingStatisticsDocuments"};
  }
  json targets = json::array();
  json failed = json::array();
  json failed_boosts = json::array();
  for (const json& document : statistics) {
    auto target = take_statistics(xray, document);
    if (target) {
      targets.push_back(*std::move(target));
    } else {
      failed.push_back(unprocessed(text_member(document, "RuleName")));
    }
  }
  for (const json& document : boosts) take_boost(xray, document, targets, failed_boosts);
  const std::int64_t modified_ns = TRACERY_TRY(xray.rules.modified_ns());
  return json{{"SamplingTargetDocuments", targets},
              {"LastRuleModification", to_seconds(modified_ns)},
              {"UnprocessedStatistics", failed},
              {"UnprocessedBoostStatistics", failed_boosts}}
      .dump();
}

}  // namespace

void add_xray_sampling_routes(Router& router, Services& services) {
  const auto add = [&](const char* path, XrayRight right,
                       XrayAnswer (*work)(Services&, const XrayCall&)) {
    router.add("POST", path,
               xray_operation(services, right, [&services, work](const XrayCall& call) {
                 return work(services, call);
               }));
  };
  add("/GetSamplingRules", XrayRight::kSend, list);
  add("/SamplingTargets", XrayRight::kSend, give_targets);
  add("/CreateSamplingRule", XrayRight::kManage, create);
  add("/UpdateSamplingRule", XrayRight::kManage, update);
  add("/DeleteSamplingRule", XrayRight::kManage, remove);
  add("/SamplingStatisticSummaries", XrayRight::kManage, summarize);
}

}  // namespace tracery::api
