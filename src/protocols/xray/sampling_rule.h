// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace tracery::xray {

/// Under which rate SDKs may go while a service fails unusually often.
struct SamplingBoost {
  double max_rate = 0;
  std::int64_t cooldown_minutes = 0;
};

/// A sampling rule. Patterns hold '*' and '?'.
struct SamplingRule {
  std::string name;
  std::string arn;
  std::int64_t priority = 9999;  ///< 1 is asked first.
  double fixed_rate = 0;
  std::int64_t reservoir_size = 0;  ///< Requests a second that are sampled before the rate counts.
  std::string service_name = "*", service_type = "*", host = "*", http_method = "*", url_path = "*";
  std::string resource_arn = "*";
  std::map<std::string, std::string> attributes;
  std::optional<SamplingBoost> boost;
  std::int64_t created_ns = 0;
  std::int64_t modified_ns = 0;

  bool is_default() const { return name == kDefaultName; }
  static constexpr const char* kDefaultName = "Default";
};

/// The rule for requests that no other matches: one a second and 5 %.
SamplingRule default_sampling_rule();

/// Reads the SamplingRule of CreateSamplingRule. Patterns that are left out are "*". kInvalid names
/// the member that is wrong. Names, limits: X-Ray API reference, SamplingRule.
Result<SamplingRule> read_sampling_rule(const nlohmann::json& rule);

/// Applies the members of a SamplingRuleUpdate. Of the default rule only FixedRate and
/// ReservoirSize may change.
Status update_sampling_rule(const nlohmann::json& update, SamplingRule& rule);

/// A SamplingRuleRecord with every member: the SDK for Node reads a rule without one wrongly.
nlohmann::json write_sampling_rule_record(const SamplingRule& rule);
/// Reads what `write_sampling_rule_record` gave.
SamplingRule read_sampling_rule_record(const nlohmann::json& record);

/// Whether rule `a` is asked before `b`: by priority, then name; the default last.
bool is_asked_before(const SamplingRule& a, const SamplingRule& b);

/// A request that an SDK decides about. What is empty is not known, and matches.
struct SampledRequest {
  std::string service_name, service_type, host, http_method, url_path;
};

/// How one pattern of a rule does.
struct PatternMatch {
  const char* member;  ///< "ServiceName"
  std::string_view pattern, value;
  bool matches = true;
};

/// How SDKs see a rule for a request. Views point into the two.
struct RuleMatch {
  std::vector<PatternMatch> patterns;
  std::string ignored;  ///< Why SDKs pass over the rule; empty when they do not.

  bool matches() const;
};

RuleMatch match_rule(const SamplingRule& rule, const SampledRequest& request);

/// '*' is any text, '?' one character; case is ignored.
bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace tracery::xray
