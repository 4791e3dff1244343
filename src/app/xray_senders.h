// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace tracery::app {

/// What a daemon counted, as PutTelemetryRecords has it. Sums over its records.
struct XraySenderCounts {
  std::uint64_t received = 0, sent = 0, spilled = 0, rejected = 0;
  std::uint64_t connection_errors = 0;  ///< Of all kinds.
};

/// A daemon that sends segments here and reports about itself.
struct XraySender {
  std::string hostname;     ///< May be empty, as the other two.
  std::string instance_id;  ///< Of EC2.
  std::string resource_arn;
  std::int64_t last_seen_ns = 0;
  XraySenderCounts counts;
};

/// Daemons by name, in memory: each reports once a minute. Thread-safe.
class XraySenders {
 public:
  void report(const XraySender& sender);
  /// Latest first.
  std::vector<XraySender> list() const;

 private:
  mutable std::mutex mutex_;  // senders_
  std::map<std::string, XraySender> senders_;
};

}  // namespace tracery::app
