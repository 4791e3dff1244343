// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "client.h"
#include "plan.h"

namespace cruddur {

/// Whether the app's X-Ray SDK kept the request: what it leaves out has an id of zeros.
bool is_xray_sampled(const std::string& xray_header);

/// What a client knows for certain about the requests it sent: telemetry has to say the same.
/// Not thread-safe.
class Truth {
 public:
  /// `latency_ms` counts from when the request was due, so that a stalled server shows in it.
  void add(const PlannedRequest& request, const Answer& answer, double latency_ms);

  std::uint64_t unanswered() const { return unanswered_; }

  /// {"requests", "unanswered", "failures": {text: n}, "statuses": {status: n}, "fixed_parent":
  /// {"trace_id", "span_id", "requests"}, "operations": {name: {"requests", "statuses", "users":
  /// {name: n}, "xray_sampled", "p50_ms", "p90_ms", "p99_ms"}}}; with `lists_requests` also
  /// "list": [[operation, method, path, status], …] in the order of add().
  std::string to_json(bool lists_requests) const;

 private:
  struct Operation {
    std::map<std::string, std::uint64_t> statuses;
    std::map<std::string, std::uint64_t> users;
    std::uint64_t xray_sampled = 0;
    std::vector<double> latencies_ms;
  };
  struct Line {
    std::string operation, method, path;
    int status;
  };

  std::map<std::string, Operation> operations_;
  std::map<std::string, std::uint64_t> failures_;
  std::map<std::string, std::uint64_t> statuses_;
  std::vector<Line> lines_;
  std::uint64_t with_fixed_parent_ = 0;
  std::uint64_t unanswered_ = 0;
};

}  // namespace cruddur
