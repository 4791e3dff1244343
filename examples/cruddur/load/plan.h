// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cruddur {

/// The W3C trace context that some golden requests come with, as if a browser had begun the trace.
inline constexpr const char* kFixedTraceId = "0af7651916cd43dd8448eb211c80319c";
inline constexpr const char* kFixedSpanId = "b7ad6b7169203331";

struct PlannedRequest {
  double due_s = 0;       ///< Since the start; a plan is ordered by it.
  const char* operation;  ///< What the truth counts it as; a static string.
  const char* method;     ///< "GET" or "POST".
  std::string path;       ///< With its query.
  std::string body;       ///< JSON of a POST.
  std::string user;       ///< Sent as X-User.
  bool has_fixed_parent = false;
};

/// The acceptance scenario: always the same requests in the same order, all due at once.
std::vector<PlannedRequest> golden_plan();

/// How much traffic, and how it is drawn; the same settings give the same plan.
struct TrafficSettings {
  std::size_t requests = 1000;
  double requests_per_second = 50;
  std::uint64_t seed = 1;
};

/// Open traffic: Poisson arrivals; 60 % home, 20 % profiles, 8 % messages, 10 % posts and 2 % of
/// requests that the tutorial's bugs fail; by a thousand users, few of whom do most (Zipf).
std::vector<PlannedRequest> traffic_plan(const TrafficSettings& settings);

}  // namespace cruddur
