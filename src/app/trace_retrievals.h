// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/trace_id.h"

namespace tracery::app {

/// Traces that somebody wants to read page by page under a token. Everything is stored and indexed,
/// so there is nothing to wait for: a retrieval is complete as it begins. Tokens live for an hour,
/// in memory. Thread-safe.
class TraceRetrievals {
 public:
  static constexpr std::size_t kTokensMax = 1000;  ///< The oldest go first.

  explicit TraceRetrievals(const Clock& clock) : clock_(clock) {}

  struct Retrieval {
    std::vector<model::TraceId> ids;
    bool is_cancelled = false;
  };

  /// The token.
  std::string start(std::vector<model::TraceId> ids);
  /// kNotFound when there is no such token, or no longer.
  Result<Retrieval> find(const std::string& token);
  Status cancel(const std::string& token);

 private:
  struct Entry {
    Retrieval retrieval;
    std::int64_t started_ns = 0;
  };
  void forget_old();

  const Clock& clock_;
  std::mutex mutex_;  // entries_, order_
  std::map<std::string, Entry> entries_;
  std::deque<std::string> order_;
};

}  // namespace tracery::app
