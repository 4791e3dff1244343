// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tracery::app::delivery {

using std::chrono::milliseconds;

/// What a receiver made of a batch.
enum class Verdict {
  kDelivered,
  kRetry,    ///< Not now: down, overloaded, no answer in time.
  kRefused,  ///< Never: the batch is lost.
};

struct Delivery {
  Verdict verdict = Verdict::kDelivered;
  std::optional<milliseconds> retry_after;  ///< What the receiver asked for.
  std::uint64_t rejected = 0;               ///< Of a delivered batch, what was not taken.
};

/// How long to wait before attempt `attempt` (1 is the first repetition): 500 ms, doubled each
/// time up to 30 s, of which a random half is taken away so that a restarted receiver is not met by
/// everybody at once. `random` is any number.
milliseconds backoff(int attempt, std::uint64_t random);

/// Reads `Retry-After` in its form of seconds; nothing for a date or nonsense. At most five
/// minutes.
std::optional<milliseconds> parse_retry_after(std::string_view header);

/// Whether OTLP (and everybody else) wants a request with this answer sent again: 408, 429 and the
/// 5xx of an overloaded or restarting server; 0 is no answer at all.
bool is_retryable_status(int status);

}  // namespace tracery::app::delivery
