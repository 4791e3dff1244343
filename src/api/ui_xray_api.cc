// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/ui_answers.h"
#include "api/xray_api.h"
#include "api/xray_services.h"
#include "base/time.h"
#include "model/names.h"
#include "protocols/xray/names.h"
#include "query/events.h"

namespace tracery::api {
namespace {

using nlohmann::json;
using xray::SamplingRule;

constexpr std::size_t kSeenServicesMax = 50;
constexpr std::size_t kWindowsShown = 60;

json describe_counts(const app::SamplingCounts& counts) {
  return {{"at_ms", to_ms(counts.time_ns)},
          {"matched", counts.requests},
          {"sampled", counts.sampled},
          {"borrowed", counts.borrowed}};
}

json describe_rule(const SamplingRule& rule, const app::RuleActivity& activity) {
  json windows = json::array();
  const std::size_t all = activity.windows.size();
  for (std::size_t i = all - std::min(all, kWindowsShown); i < all; ++i) {
    windows.push_back(describe_counts(activity.windows[i]));
  }
  const bool has_matched = activity.last_matched_ns != 0;
  return {{"rule", write_sampling_rule_record(rule)["SamplingRule"]},
          {"is_default", rule.is_default()},
          {"created_ms", to_ms(rule.created_ns)},
          {"modified_ms", to_ms(rule.modified_ns)},
          {"clients", activity.clients},
          {"reservoir_held", activity.held},
          {"total", describe_counts(activity.total)},
          {"last_matched_ms", has_matched ? json(to_ms(activity.last_matched_ns)) : json()},
          {"windows", std::move(windows)}};
}

/// Names of services that sent segments in the last day: what a rule's ServiceName could be.
Result<json> list_seen_services(Services& services) {
  query::EventsSpec spec;
  spec.to_ns = services.clock.now_ns() + 1;
  spec.from_ns = spec.to_ns - kNsPerDay;
  spec.filters.filters = {{.column = std::string(xray::names::kEntity),
                           .op = query::FilterOp::kEqual,
                           .values = {std::string("segment")}}};
  const auto snapshot = services.store.snapshot();
  json names = json::array();
  for (const query::ValueCount& each : TRACERY_TRY(query::top_values(
           *snapshot, spec, std::string(model::names::kServiceName), "", kSeenServicesMax))) {
    const auto* name = std::get_if<std::string>(&each.value);
    if (name != nullptr) names.push_back({{"name", *name}, {"segments", each.count}});
  }
  return names;
}

Result<net::Response> get_sampling(Services& services) {
  json rules = json::array();
  for (const SamplingRule& rule : TRACERY_TRY(services.xray->rules.list())) {
    rules.push_back(describe_rule(rule, services.xray->targets.activity(rule.name)));
  }
  return ui_json(200, json{{"rules", std::move(rules)},
                           {"seen_services", TRACERY_TRY(list_seen_services(services))}}
                          .dump());
}

json describe_match(const SamplingRule& rule, const xray::RuleMatch& match) {
  json patterns = json::array();
  for (const xray::PatternMatch& each : match.patterns) {
    patterns.push_back({{"member", each.member},
                        {"pattern", each.pattern},
                        {"value", each.value},
                        {"matches", each.matches}});
  }
  return {{"name", rule.name},
          {"priority", rule.priority},
          {"fixed_rate", rule.fixed_rate},
          {"reservoir_size", rule.reservoir_size},
          {"matches", match.matches()},
          {"ignored", match.ignored.empty() ? json() : json(match.ignored)},
          {"patterns", std::move(patterns)}};
}

/// What an SDK would do with a request: the rules in the order it asks them, up to the one it
/// takes.
Result<net::Response> explain(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const xray::SampledRequest request{.service_name = text_member(body, "service_name"),
                                     .service_type = text_member(body, "service_type"),
                                     .host = text_member(body, "host"),
                                     .http_method = text_member(body, "http_method"),
                                     .url_path = text_member(body, "url_path")};
  json asked = json::array();
  json decision;
  for (const SamplingRule& rule : TRACERY_TRY(services.xray->rules.list())) {
    const xray::RuleMatch match = match_rule(rule, request);
    asked.push_back(describe_match(rule, match));
    if (!match.matches()) continue;
    decision = rule.name;
    break;
  }
  return ui_json(200, json{{"decision", std::move(decision)}, {"asked", std::move(asked)}}.dump());
}

json describe_sender(const app::XraySender& sender) {
  return {{"hostname", sender.hostname},
          {"instance_id", sender.instance_id},
          {"resource_arn", sender.resource_arn},
          {"last_seen_ms", to_ms(sender.last_seen_ns)},
          {"received", sender.counts.received},
          {"sent", sender.counts.sent},
          {"spilled", sender.counts.spilled},
          {"rejected", sender.counts.rejected},
          {"connection_errors", sender.counts.connection_errors}};
}

/// What came in by the daemon's port and PutTraceSegments, and what was refused and why.
Result<net::Response> get_doctor(Services& services) {
  const XrayServices& xray = *services.xray;
  const net::UdpCounters socket = xray.datagrams();
  const app::XrayIntakeCounters intake = xray.intake.counters();
  json rejected = json::array();
  for (const auto& [reason, count] : intake.rejected) {
    rejected.push_back({{"reason", reason}, {"count", count}});
  }
  json recent = json::array();
  for (const app::XrayRejection& each : xray.intake.rejections()) {
    recent.push_back({{"at_ms", to_ms(each.time_ns)},
                      {"via", each.via},
                      {"reason", each.reason},
                      {"id", each.id},
                      {"document", each.excerpt}});
  }
  json senders = json::array();
  for (const app::XraySender& sender : xray.senders.list()) {
    senders.push_back(describe_sender(sender));
  }
  const json answer = {{"listening", services.facts.xray},
                       {"validation", xray.is_strict ? "strict" : "lenient"},
                       {"datagrams", socket.datagrams},
                       {"dropped",
                        {{"kernel_buffer_full", socket.dropped_by_kernel},
                         {"store_overloaded", intake.datagrams_dropped}}},
                       {"documents_accepted", intake.documents_accepted},
                       {"events_expired", services.store.stats().events_expired},
                       {"rejected", std::move(rejected)},
                       {"recent_rejections", std::move(recent)},
                       {"daemons", std::move(senders)}};
  return ui_json(200, answer.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

void add_ui_xray_routes(Router& router, Services& services) {
  router.add("GET", "/ui/api/v1/xray/sampling",
             ui_handler(services, [&](const Call&) { return get_sampling(services); }));
  router.add("POST", "/ui/api/v1/xray/sampling/explain",
             ui_handler(services, [&](const Call& call) { return explain(services, call); }));
  router.add("GET", "/ui/api/v1/xray/doctor",
             ui_handler(services, [&](const Call&) { return get_doctor(services); }));
}

}  // namespace tracery::api
