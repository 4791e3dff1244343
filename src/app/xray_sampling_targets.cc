// SPDX-License-Identifier: Apache-2.0
#include "app/xray_sampling_targets.h"

#include <algorithm>

#include "base/time.h"

namespace tracery::app {
namespace {

constexpr std::int64_t kWindowNs = 10 * kNsPerSecond;
constexpr std::size_t kWindowsKept = 360;
constexpr std::int64_t kBoostNs = 60 * kNsPerSecond;
/// A share of failing requests above this is unusual.
constexpr double kAnomalyShare = 0.05;

void add(SamplingCounts& counts, const SamplingReport& report) {
  counts.requests += report.requests;
  counts.sampled += report.sampled;
  counts.borrowed += report.borrowed;
}

}  // namespace

ReservoirGrant XraySamplingTargets::report(const xray::SamplingRule& rule,
                                           const SamplingReport& report) {
  const std::int64_t now_ns = clock_.now_ns();
  const std::lock_guard lock(mutex_);
  Rule& state = rules_[rule.name];
  if (state.total.time_ns == 0) state.total.time_ns = now_ns;
  add(state.total, report);
  const std::int64_t window_ns = now_ns / kWindowNs * kWindowNs;
  if (state.windows.empty() || state.windows.back().time_ns < window_ns) {
    state.windows.push_back({.time_ns = window_ns});
    if (state.windows.size() > kWindowsKept) state.windows.pop_front();
  }
  add(state.windows.back(), report);
  if (report.requests > 0) state.last_matched_ns = now_ns;
  return state.reservoir.report(report.client, report.requests, rule.reservoir_size, now_ns);
}

std::optional<XraySamplingTargets::Boost> XraySamplingTargets::report_anomalies(
    const xray::SamplingRule& rule, const AnomalyReport& report) {
  if (!rule.boost) return std::nullopt;
  const std::int64_t now_ns = clock_.now_ns();
  const std::lock_guard lock(mutex_);
  Rule& state = rules_[rule.name];
  if (state.boost.expires_ns > now_ns) return state.boost;
  const bool is_unusual = report.total > 0 && static_cast<double>(report.anomalies) >
                                                  kAnomalyShare * static_cast<double>(report.total);
  if (!is_unusual || state.cool_until_ns > now_ns) return std::nullopt;
  state.boost = {std::max(rule.boost->max_rate, rule.fixed_rate), now_ns + kBoostNs};
  state.cool_until_ns = state.boost.expires_ns + rule.boost->cooldown_minutes * 60 * kNsPerSecond;
  return state.boost;
}

RuleActivity XraySamplingTargets::activity(const std::string& rule) const {
  const std::int64_t now_ns = clock_.now_ns();
  const std::lock_guard lock(mutex_);
  const auto found = rules_.find(rule);
  if (found == rules_.end()) return {};
  const Rule& state = found->second;
  return {state.total,
          {state.windows.begin(), state.windows.end()},
          state.last_matched_ns,
          state.reservoir.clients(now_ns),
          state.reservoir.held(now_ns)};
}

void XraySamplingTargets::forget(const std::string& rule) {
  const std::lock_guard lock(mutex_);
  rules_.erase(rule);
}

}  // namespace tracery::app
