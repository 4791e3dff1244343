// SPDX-License-Identifier: Apache-2.0
#include "app/xray_sampling_rules.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace tracery::app {
namespace {

using xray::SamplingRule;

std::string id_of(const std::string& name) { return "xray-sampling-rule/" + name; }

std::string text_of(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string write(const SamplingRule& rule) { return write_sampling_rule_record(rule).dump(); }

}  // namespace

std::string AwsPlace::arn(std::string_view resource) const {
  return "arn:aws:xray:" + region + ':' + account_id + ':' + std::string(resource);
}

Status XraySamplingRules::load() {
  if (rules_) return {};
  std::vector<SamplingRule> rules;
  for (const Document& each : TRACERY_TRY(documents_.list(DocumentKind::kXraySamplingRule))) {
    rules.push_back(xray::read_sampling_rule_record(nlohmann::json::parse(each.body)));
    modified_ns_ = std::max(modified_ns_, rules.back().modified_ns);
  }
  const bool has_default = std::any_of(rules.begin(), rules.end(),
                                       [](const SamplingRule& rule) { return rule.is_default(); });
  if (!has_default) rules.push_back(xray::default_sampling_rule());
  std::sort(rules.begin(), rules.end(), xray::is_asked_before);
  rules_ = std::move(rules);
  return {};
}

Result<std::vector<SamplingRule>> XraySamplingRules::list() {
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(load());
  return *rules_;
}

Result<std::int64_t> XraySamplingRules::modified_ns() {
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(load());
  return modified_ns_;
}

Result<SamplingRule> XraySamplingRules::find(const std::string& name, const std::string& arn) {
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(load());
  for (const SamplingRule& rule : *rules_) {
    if (name.empty() ? !arn.empty() && rule.arn == arn : rule.name == name) return rule;
  }
  return Error{ErrorCode::kInvalid, "Sampling rule does not exist: " + (name.empty() ? arn : name)};
}

Result<SamplingRule> XraySamplingRules::create(SamplingRule rule, const AwsPlace& place) {
  rule.arn = place.arn("sampling-rule/" + rule.name);
  rule.created_ns = rule.modified_ns = clock_.now_ns();
  const std::lock_guard lock(mutex_);
  const auto made =
      documents_.create(DocumentKind::kXraySamplingRule, "", write(rule), id_of(rule.name));
  if (!made.ok() && made.error().code == ErrorCode::kConflict) {
    return Error{ErrorCode::kInvalid, "Sampling rule already exists: " + rule.name};
  }
  if (!made.ok()) return made.error();
  rules_.reset();
  return rule;
}

Result<SamplingRule> XraySamplingRules::update(const nlohmann::json& update,
                                               const AwsPlace& place) {
  if (!update.is_object()) return Error{ErrorCode::kInvalid, "SamplingRuleUpdate must be given"};
  SamplingRule rule = TRACERY_TRY(find(text_of(update, "RuleName"), text_of(update, "RuleARN")));
  TRACERY_TRY(xray::update_sampling_rule(update, rule));
  if (rule.arn.empty()) rule.arn = place.arn("sampling-rule/" + rule.name);
  rule.modified_ns = clock_.now_ns();
  const std::lock_guard lock(mutex_);
  auto stored = documents_.update(DocumentKind::kXraySamplingRule, id_of(rule.name), write(rule));
  if (!stored.ok() && rule.is_default()) {
    // The default stands in no table until it is first changed.
    stored = documents_.create(DocumentKind::kXraySamplingRule, "", write(rule), id_of(rule.name));
  }
  if (!stored.ok()) return stored.error();
  rules_.reset();
  return rule;
}

Result<SamplingRule> XraySamplingRules::remove(const std::string& name, const std::string& arn) {
  const SamplingRule rule = TRACERY_TRY(find(name, arn));
  if (rule.is_default()) return Error{ErrorCode::kInvalid, "The default rule cannot be deleted"};
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(documents_.remove(DocumentKind::kXraySamplingRule, id_of(rule.name)));
  rules_.reset();
  modified_ns_ = clock_.now_ns();
  return rule;
}

}  // namespace tracery::app
