// SPDX-License-Identifier: Apache-2.0
#include "app/trace_retrievals.h"

#include <utility>

#include "app/random_id.h"
#include "base/time.h"

namespace tracery::app {
namespace {

constexpr std::int64_t kLifeNs = 3600 * kNsPerSecond;

Error unknown_token() { return {ErrorCode::kNotFound, "Retrieval token not found"}; }

}  // namespace

void TraceRetrievals::forget_old() {
  const std::int64_t oldest_ns = clock_.now_ns() - kLifeNs;
  while (!order_.empty()) {
    const auto first = entries_.find(order_.front());
    if (order_.size() <= kTokensMax && first->second.started_ns >= oldest_ns) return;
    entries_.erase(first);
    order_.pop_front();
  }
}

std::string TraceRetrievals::start(std::vector<model::TraceId> ids) {
  std::string token = random_base62();
  const std::lock_guard lock(mutex_);
  entries_[token] = {{std::move(ids), false}, clock_.now_ns()};
  order_.push_back(token);
  forget_old();
  return token;
}

Result<TraceRetrievals::Retrieval> TraceRetrievals::find(const std::string& token) {
  const std::lock_guard lock(mutex_);
  forget_old();
  const auto found = entries_.find(token);
  if (found == entries_.end()) return unknown_token();
  return found->second.retrieval;
}

Status TraceRetrievals::cancel(const std::string& token) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(token);
  if (found == entries_.end()) return unknown_token();
  found->second.retrieval.is_cancelled = true;
  return {};
}

}  // namespace tracery::app
