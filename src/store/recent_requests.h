// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>

#include "base/hash.h"

namespace tracery::store {

/// How long a request is remembered.
inline constexpr std::int64_t kRequestMemoryNs = 300LL * 1'000'000'000;

/// Hashes of the requests stored within the last five minutes, at most so many. Not thread-safe.
class RecentRequests {
 public:
  explicit RecentRequests(std::size_t count_max) : count_max_(count_max) {}

  /// True when the request was added within five minutes before `now_ns`.
  bool contains(const Hash128& request, std::int64_t now_ns);
  void add(const Hash128& request, std::int64_t now_ns);
  std::size_t size() const { return times_.size(); }

 private:
  struct HashOf {
    std::size_t operator()(const Hash128& hash) const { return hash.low; }
  };
  void forget_old(std::int64_t now_ns);

  std::size_t count_max_;
  std::unordered_map<Hash128, std::int64_t, HashOf> times_;
  std::deque<Hash128> order_;  ///< As added.
};

}  // namespace tracery::store
