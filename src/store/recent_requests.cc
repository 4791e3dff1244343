// SPDX-License-Identifier: Apache-2.0
#include "store/recent_requests.h"

#include "base/time.h"

namespace tracery::store {
namespace {

constexpr std::int64_t kWindowNs = 300 * kNsPerSecond;

}  // namespace

void RecentRequests::forget_old(std::int64_t now_ns) {
  while (!order_.empty()) {
    const auto oldest = times_.find(order_.front());
    const bool is_old = now_ns - oldest->second > kWindowNs;
    if (!is_old && order_.size() <= count_max_) return;
    times_.erase(oldest);
    order_.pop_front();
  }
}

bool RecentRequests::contains(const Hash128& request, std::int64_t now_ns) {
  forget_old(now_ns);
  return times_.contains(request);
}

void RecentRequests::add(const Hash128& request, std::int64_t now_ns) {
  if (!times_.emplace(request, now_ns).second) return;
  order_.push_back(request);
  forget_old(now_ns);
}

}  // namespace tracery::store
