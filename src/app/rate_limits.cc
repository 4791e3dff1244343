// SPDX-License-Identifier: Apache-2.0
#include "app/rate_limits.h"

namespace tracery::app {

RateLimit RateLimits::take(const std::string& token, std::int64_t window_seconds,
                           std::int64_t window_count, std::int64_t now_s) {
  constexpr std::int64_t kUsualWindow = 60;
  RateLimit at;
  const bool is_limited = window_seconds > 0 && window_count > 0;
  const std::int64_t length = is_limited ? window_seconds : kUsualWindow;
  const std::int64_t start_s = now_s / length * length;
  at.reset_s = start_s + length;
  at.remaining_s = at.reset_s - now_s;
  if (!is_limited) return at;
  const std::lock_guard lock(mutex_);
  Window& window = windows_[token];
  if (window.start_s != start_s) window = {start_s, 0};
  at.limit = window_count;
  at.is_allowed = window.count < window_count;
  if (at.is_allowed) ++window.count;
  at.remaining = window_count - window.count;
  return at;
}

RateLimits::Window RateLimits::window(const std::string& token) const {
  const std::lock_guard lock(mutex_);
  const auto found = windows_.find(token);
  return found == windows_.end() ? Window() : found->second;
}

}  // namespace tracery::app
