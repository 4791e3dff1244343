// SPDX-License-Identifier: Apache-2.0
#include "app/xray_senders.h"

#include <algorithm>

namespace tracery::app {
namespace {

constexpr std::size_t kSendersMax = 1000;

bool is_older(const XraySender& a, const XraySender& b) { return a.last_seen_ns < b.last_seen_ns; }

}  // namespace

void XraySenders::report(const XraySender& sender) {
  const std::string key = sender.hostname + '\n' + sender.instance_id + '\n' + sender.resource_arn;
  const std::lock_guard lock(mutex_);
  XraySender& known = senders_[key];
  XraySenderCounts sum = known.counts;
  sum.received += sender.counts.received;
  sum.sent += sender.counts.sent;
  sum.spilled += sender.counts.spilled;
  sum.rejected += sender.counts.rejected;
  sum.connection_errors += sender.counts.connection_errors;
  known = sender;
  known.counts = sum;
  if (senders_.size() <= kSendersMax) return;
  senders_.erase(
      std::min_element(senders_.begin(), senders_.end(),
                       [](const auto& a, const auto& b) { return is_older(a.second, b.second); }));
}

std::vector<XraySender> XraySenders::list() const {
  std::vector<XraySender> senders;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, sender] : senders_) senders.push_back(sender);
  }
  std::sort(senders.begin(), senders.end(),
            [](const XraySender& a, const XraySender& b) { return is_older(b, a); });
  return senders;
}

}  // namespace tracery::app
