// SPDX-License-Identifier: Apache-2.0
#include "truth.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace cruddur {
namespace {

using nlohmann::json;

/// The smallest latency that at least that share of the requests did not exceed.
double quantile(std::vector<double> latencies_ms, double share) {
  if (latencies_ms.empty()) return 0;
  std::sort(latencies_ms.begin(), latencies_ms.end());
  const auto rank =
      static_cast<std::size_t>(share * static_cast<double>(latencies_ms.size()) + 0.999999);
  return latencies_ms[std::clamp<std::size_t>(rank, 1, latencies_ms.size()) - 1];
}

}  // namespace

bool is_xray_sampled(const std::string& xray_header) {
  return xray_header.find("Root=1-") != std::string::npos &&
         xray_header.find("Root=1-00000000-") == std::string::npos &&
         xray_header.find("Sampled=0") == std::string::npos;
}

void Truth::add(const PlannedRequest& request, const Answer& answer, double latency_ms) {
  lines_.push_back({request.operation, request.method, request.path, answer.status});
  if (answer.status == 0) {
    ++unanswered_;
    ++failures_[answer.failure];
    return;
  }
  const std::string status = std::to_string(answer.status);
  Operation& operation = operations_[request.operation];
  ++operation.statuses[status];
  ++operation.users[request.user];
  if (is_xray_sampled(answer.xray_header)) ++operation.xray_sampled;
  operation.latencies_ms.push_back(latency_ms);
  ++statuses_[status];
  if (request.has_fixed_parent) ++with_fixed_parent_;
}

std::string Truth::to_json(bool lists_requests) const {
  json whole = {
      {"requests", lines_.size()},
      {"unanswered", unanswered_},
      {"failures", failures_},
      {"statuses", statuses_},
      {"fixed_parent",
       {{"trace_id", kFixedTraceId}, {"span_id", kFixedSpanId}, {"requests", with_fixed_parent_}}},
      {"operations", json::object()}};
  for (const auto& [name, operation] : operations_) {
    whole["operations"][name] = {{"requests", operation.latencies_ms.size()},
                                 {"statuses", operation.statuses},
                                 {"users", operation.users},
                                 {"xray_sampled", operation.xray_sampled},
                                 {"p50_ms", quantile(operation.latencies_ms, 0.50)},
                                 {"p90_ms", quantile(operation.latencies_ms, 0.90)},
                                 {"p99_ms", quantile(operation.latencies_ms, 0.99)}};
  }
  if (lists_requests) {
    json& list = whole["list"] = json::array();
    for (const Line& line : lines_) {
      list.push_back({line.operation, line.method, line.path, line.status});
    }
  }
  return whole.dump(2);
}

}  // namespace cruddur
