// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/xray_reservoir.h"
#include "base/clock.h"
#include "protocols/xray/sampling_rule.h"

namespace tracery::app {

/// What a client counted of a rule since its last report.
struct SamplingReport {
  std::string client;
  std::uint64_t requests = 0;  ///< Matched.
  std::uint64_t sampled = 0;   ///< By reservoir or rate.
  std::uint64_t borrowed = 0;  ///< Sampled without a quota, one a second.
};

/// How unusually a service fails, as a client counted it.
struct AnomalyReport {
  std::uint64_t total = 0;
  std::uint64_t anomalies = 0;
};

struct SamplingCounts {
  std::int64_t time_ns = 0;  ///< Start of ten seconds; or of the counting, for totals.
  std::uint64_t requests = 0, sampled = 0, borrowed = 0;
};

struct RuleActivity {
  SamplingCounts total;                 ///< Since start.
  std::vector<SamplingCounts> windows;  ///< Ten seconds each, oldest first, at most an hour.
  std::int64_t last_matched_ns = 0;
  std::size_t clients = 0;
  std::int64_t held = 0;  ///< Of the reservoir.
};

/// Shares reservoirs among SDKs and counts what they report. Kept in memory: after a restart
/// clients report again within ten seconds. Thread-safe.
class XraySamplingTargets {
 public:
  static constexpr std::int64_t kIntervalSeconds = 10;

  explicit XraySamplingTargets(const Clock& clock) : clock_(clock) {}

  ReservoirGrant report(const xray::SamplingRule& rule, const SamplingReport& report);

  /// The rate a rule is lifted to while requests fail unusually often, if it has a boost and is
  /// not cooling down.
  struct Boost {
    double rate = 0;
    std::int64_t expires_ns = 0;
  };
  std::optional<Boost> report_anomalies(const xray::SamplingRule& rule,
                                        const AnomalyReport& report);

  RuleActivity activity(const std::string& rule) const;
  void forget(const std::string& rule);

 private:
  struct Rule {
    Reservoir reservoir;
    SamplingCounts total;
    std::deque<SamplingCounts> windows;
    std::int64_t last_matched_ns = 0;
    Boost boost;
    std::int64_t cool_until_ns = 0;
  };

  const Clock& clock_;
  mutable std::mutex mutex_;  // rules_
  std::map<std::string, Rule> rules_;
};

}  // namespace tracery::app
