// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <string>

namespace tracery::app {

/// Where a token stands in its current window.
struct RateLimit {
  std::int64_t limit = std::numeric_limits<std::int32_t>::max();  ///< Of the window.
  std::int64_t remaining = std::numeric_limits<std::int32_t>::max();
  std::int64_t reset_s = 0;  ///< Unix time of the window's end.
  std::int64_t remaining_s = 0;
  bool is_allowed = true;
};

/// Counts calls per token in fixed windows aligned to the epoch. Thread-safe.
class RateLimits {
 public:
  /// Takes one call. A window without a length or a count has no limit.
  RateLimit take(const std::string& token, std::int64_t window_seconds, std::int64_t window_count,
                 std::int64_t now_s);
  /// Calls counted in the current window, and its start.
  struct Window {
    std::int64_t start_s = 0;
    std::int64_t count = 0;
  };
  Window window(const std::string& token) const;

 private:
  mutable std::mutex mutex_;  // windows_
  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace tracery::app
