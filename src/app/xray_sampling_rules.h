// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/documents.h"
#include "base/clock.h"
#include "base/result.h"
#include "protocols/xray/sampling_rule.h"

namespace tracery::app {

/// Where a request for AWS comes from, for the names it makes: "arn:aws:xray:<region>:<account>:…".
struct AwsPlace {
  std::string region;
  std::string account_id;

  std::string arn(std::string_view resource) const;
};

/// X-Ray sampling rules, with the default one that is always there. Thread-safe.
class XraySamplingRules {
 public:
  XraySamplingRules(Documents& documents, const Clock& clock)
      : documents_(documents), clock_(clock) {}

  /// In the order they are asked.
  Result<std::vector<xray::SamplingRule>> list();
  /// By name, or by ARN when there is no name; kNotFound.
  Result<xray::SamplingRule> find(const std::string& name, const std::string& arn = {});
  /// kInvalid when there is one of that name.
  Result<xray::SamplingRule> create(xray::SamplingRule rule, const AwsPlace& place);
  /// `update` is a SamplingRuleUpdate.
  Result<xray::SamplingRule> update(const nlohmann::json& update, const AwsPlace& place);
  /// The rule that was; kInvalid for the default.
  Result<xray::SamplingRule> remove(const std::string& name, const std::string& arn);

  /// When rules last changed: SDKs fetch them anew when it is later than their copy.
  Result<std::int64_t> modified_ns();

 private:
  Status load();

  Documents& documents_;
  const Clock& clock_;
  std::mutex mutex_;  // rules_, modified_ns_
  std::optional<std::vector<xray::SamplingRule>> rules_;
  std::int64_t modified_ns_ = 0;
};

}  // namespace tracery::app
