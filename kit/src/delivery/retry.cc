// SPDX-License-Identifier: Apache-2.0
#include "delivery/retry.h"

#include <algorithm>
#include <charconv>

namespace tracery::app::delivery {

milliseconds backoff(int attempt, std::uint64_t random) {
  constexpr std::int64_t kFirstMs = 500, kMaxMs = 30'000;
  const int doublings = std::clamp(attempt - 1, 0, 6);
  const std::int64_t full_ms = std::min(kFirstMs << doublings, kMaxMs);
  const auto jitter_ms =
      static_cast<std::int64_t>(random % static_cast<std::uint64_t>(full_ms / 2 + 1));
  return milliseconds(full_ms - jitter_ms);
}

std::optional<milliseconds> parse_retry_after(std::string_view header) {
  constexpr std::int64_t kSecondsMax = 300;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), seconds);
  if (error != std::errc() || end != header.data() + header.size() || seconds < 0) {
    return std::nullopt;
  }
  return std::chrono::seconds(std::min(seconds, kSecondsMax));
}

bool is_retryable_status(int status) {
  return status == 0 || status == 408 || status == 429 || status == 502 || status == 503 ||
         status == 504;
}

}  // namespace tracery::app::delivery
