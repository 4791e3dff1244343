// SPDX-License-Identifier: Apache-2.0
#include "store/recent_requests.h"

namespace tracery::store {

void RecentRequests::forget_old(std::int64_t now_ns) {
  while (!order_.empty()) {
    const auto oldest = times_.find(order_.front());
    const bool is_old = now_ns - oldest->second > kRequestMemoryNs;
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
