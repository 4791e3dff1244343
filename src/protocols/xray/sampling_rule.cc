// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/sampling_rule.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <tuple>

#include <nlohmann/json.hpp>

#include "base/time.h"

namespace tracery::xray {
namespace {

using nlohmann::json;

constexpr std::size_t kAttributesMax = 5;

struct TextMember {
  const char* name;
  std::string SamplingRule::* member;
  std::size_t length_max;
};

constexpr std::array kPatterns = {
    TextMember{"ServiceName", &SamplingRule::service_name, 64},
    TextMember{"ServiceType", &SamplingRule::service_type, 64},
    TextMember{"Host", &SamplingRule::host, 64},
    TextMember{"HTTPMethod", &SamplingRule::http_method, 10},
    TextMember{"URLPath", &SamplingRule::url_path, 128},
    TextMember{"ResourceARN", &SamplingRule::resource_arn, 500},
};

Error invalid(const std::string& message) { return {ErrorCode::kInvalid, message}; }

const json* find(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// "1 validation error detected" is how AWS begins; what follows names the member and the rule.
Error bad_member(const char* name, const char* want) {
  return invalid(std::string("1 validation error detected: Value at '") + name +
                 "' failed to satisfy constraint: " + want);
}

Status read_texts(const json& source, SamplingRule& rule) {
  for (const TextMember& pattern : kPatterns) {
    const json* value = find(source, pattern.name);
    if (value == nullptr) continue;
    if (!value->is_string() || value->get_ref<const std::string&>().size() > pattern.length_max) {
      return bad_member(pattern.name, "Member must be a text within its length");
    }
    rule.*pattern.member = value->get<std::string>();
  }
  return {};
}

Status read_numbers(const json& source, SamplingRule& rule) {
  if (const json* value = find(source, "Priority")) {
    if (!value->is_number_integer() || *value < 1 || *value > 9999) {
      return bad_member("Priority", "Member must be between 1 and 9999");
    }
    rule.priority = value->get<std::int64_t>();
  }
  if (const json* value = find(source, "FixedRate")) {
    if (!value->is_number() || *value < 0 || *value > 1) {
      return bad_member("FixedRate", "Member must be between 0 and 1");
    }
    rule.fixed_rate = value->get<double>();
  }
  if (const json* value = find(source, "ReservoirSize")) {
    constexpr std::int64_t kReservoirMax = 1'000'000'000;
    if (!value->is_number_integer() || *value < 0 || *value > kReservoirMax) {
      return bad_member("ReservoirSize", "Member must have value greater than or equal to 0");
    }
    rule.reservoir_size = value->get<std::int64_t>();
  }
  const json* version = find(source, "Version");
  if (version != nullptr && *version != 1) return bad_member("Version", "Member must be 1");
  return {};
}

Status read_attributes(const json& source, SamplingRule& rule) {
  const json* attributes = find(source, "Attributes");
  if (attributes == nullptr) return {};
  if (!attributes->is_object() || attributes->size() > kAttributesMax) {
    return bad_member("Attributes", "Member must have at most 5 entries");
  }
  rule.attributes.clear();
  for (const auto& [key, value] : attributes->items()) {
    const bool is_good = value.is_string() && !key.empty() && key.size() <= 32 &&
                         value.get_ref<const std::string&>().size() <= 32;
    if (!is_good) return bad_member("Attributes", "Keys and values must have 1 to 32 characters");
    rule.attributes[key] = value.get<std::string>();
  }
  return {};
}

Status read_boost(const json& source, SamplingRule& rule) {
  const json* boost = find(source, "SamplingRateBoost");
  if (boost == nullptr) return {};
  const json* rate = boost->is_object() ? find(*boost, "MaxRate") : nullptr;
  const json* cooldown = boost->is_object() ? find(*boost, "CooldownWindowMinutes") : nullptr;
  const bool is_good = rate != nullptr && rate->is_number() && *rate >= 0 && *rate <= 1 &&
                       cooldown != nullptr && cooldown->is_number_integer() && *cooldown >= 0;
  if (!is_good) return bad_member("SamplingRateBoost", "MaxRate and CooldownWindowMinutes");
  rule.boost = SamplingBoost{rate->get<double>(), cooldown->get<std::int64_t>()};
  return {};
}

Status read_members(const json& source, SamplingRule& rule) {
  TRACERY_TRY(read_texts(source, rule));
  TRACERY_TRY(read_numbers(source, rule));
  TRACERY_TRY(read_attributes(source, rule));
  return read_boost(source, rule);
}

double to_seconds(std::int64_t time_ns) {
  return static_cast<double>(time_ns) / static_cast<double>(kNsPerSecond);
}

char to_lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

}  // namespace

SamplingRule default_sampling_rule() {
  SamplingRule rule;
  rule.name = SamplingRule::kDefaultName;
  rule.priority = 10'000;
  rule.fixed_rate = 0.05;
  rule.reservoir_size = 1;
  return rule;
}

Result<SamplingRule> read_sampling_rule(const json& source) {
  if (!source.is_object()) return bad_member("samplingRule", "Member must not be null");
  SamplingRule rule;
  const json* name = find(source, "RuleName");
  if (name == nullptr || !name->is_string()) return invalid("RuleName must be given");
  rule.name = name->get<std::string>();
  if (rule.name.empty() || rule.name.size() > 32) {
    return bad_member("RuleName", "Member must have length between 1 and 32");
  }
  if (rule.is_default()) return invalid("A rule named Default exists and cannot be created");
  for (const char* required : {"Priority", "FixedRate", "ReservoirSize"}) {
    if (find(source, required) == nullptr) return bad_member(required, "Member must not be null");
  }
  TRACERY_TRY(read_members(source, rule));
  return rule;
}

Status update_sampling_rule(const json& update, SamplingRule& rule) {
  SamplingRule changed = rule;
  TRACERY_TRY(read_members(update, changed));
  if (rule.is_default()) {
    for (const TextMember& pattern : kPatterns) {
      if (changed.*pattern.member != "*") return invalid("Of Default only rates may change");
    }
    if (changed.priority != rule.priority && find(update, "Priority") != nullptr) {
      return invalid("Of Default only FixedRate and ReservoirSize may change");
    }
  }
  rule = std::move(changed);
  return {};
}

json write_sampling_rule_record(const SamplingRule& rule) {
  json members = {{"RuleName", rule.name},
                  {"RuleARN", rule.arn},
                  {"Priority", rule.priority},
                  {"FixedRate", rule.fixed_rate},
                  {"ReservoirSize", rule.reservoir_size},
                  {"Version", 1},
                  {"Attributes", rule.attributes}};
  for (const TextMember& pattern : kPatterns) members[pattern.name] = rule.*pattern.member;
  if (rule.attributes.empty()) members["Attributes"] = json::object();
  if (rule.boost) {
    members["SamplingRateBoost"] = {{"MaxRate", rule.boost->max_rate},
                                    {"CooldownWindowMinutes", rule.boost->cooldown_minutes}};
  }
  return {{"SamplingRule", std::move(members)},
          {"CreatedAt", to_seconds(rule.created_ns)},
          {"ModifiedAt", to_seconds(rule.modified_ns)}};
}

SamplingRule read_sampling_rule_record(const json& record) {
  SamplingRule rule;
  const json& members = record.at("SamplingRule");
  rule.name = members.at("RuleName").get<std::string>();
  rule.arn = members.at("RuleARN").get<std::string>();
  // It was valid when it was written, but for the default's priority, which no caller may give.
  if (rule.is_default()) rule = default_sampling_rule();
  json rest = members;
  if (rule.is_default()) rest.erase("Priority");
  rule.arn = members.at("RuleARN").get<std::string>();
  static_cast<void>(read_members(rest, rule).ok());
  const auto to_ns = [&](const char* name) {
    return static_cast<std::int64_t>(std::llround(record.at(name).get<double>() * 1e6)) * kNsPerUs;
  };
  rule.created_ns = to_ns("CreatedAt");
  rule.modified_ns = to_ns("ModifiedAt");
  return rule;
}

bool is_asked_before(const SamplingRule& a, const SamplingRule& b) {
  return std::make_tuple(a.is_default(), a.priority, std::string_view(a.name)) <
         std::make_tuple(b.is_default(), b.priority, std::string_view(b.name));
}

bool RuleMatch::matches() const {
  return ignored.empty() && std::all_of(patterns.begin(), patterns.end(),
                                        [](const PatternMatch& each) { return each.matches; });
}

RuleMatch match_rule(const SamplingRule& rule, const SampledRequest& request) {
  RuleMatch match;
  const auto add = [&](const char* member, std::string_view pattern, std::string_view value) {
    const bool matches = value.empty() || matches_pattern(pattern, value);
    match.patterns.push_back({member, pattern, value, matches});
  };
  add("ServiceName", rule.service_name, request.service_name);
  add("ServiceType", rule.service_type, request.service_type);
  add("Host", rule.host, request.host);
  add("HTTPMethod", rule.http_method, request.http_method);
  add("URLPath", rule.url_path, request.url_path);
  if (rule.resource_arn != "*") match.ignored = "its ResourceARN is not *";
  if (!rule.attributes.empty()) match.ignored = "it asks for attributes";
  if (rule.service_type.empty()) match.ignored = "its ServiceType is empty";
  return match;
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  // Where to go on when what follows the last '*' does not fit.
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || to_lower(pattern[p]) == to_lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace tracery::xray
