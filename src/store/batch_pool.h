// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "store/event_batch.h"

namespace tracery::store {

/// Batches between two uses. Keeps a few, none of them large. Thread-safe.
class BatchPool {
 public:
  explicit BatchPool(EventLimits limits) : limits_(limits) {}

  std::unique_ptr<EventBatch> take(std::int64_t now_ns) {
    std::unique_ptr<EventBatch> batch;
    {
      const std::lock_guard lock(mutex_);
      if (!batches_.empty()) {
        batch = std::move(batches_.back());
        batches_.pop_back();
      }
    }
    if (batch == nullptr) return std::make_unique<EventBatch>(limits_, now_ns);
    batch->clear(now_ns);
    return batch;
  }

  void give(std::unique_ptr<EventBatch> batch) {
    if (batch == nullptr || batch->memory_bytes() > kBytesMax) return;
    const std::lock_guard lock(mutex_);
    if (batches_.size() < kBatchesMax) batches_.push_back(std::move(batch));
  }

 private:
  static constexpr std::size_t kBatchesMax = 16;
  static constexpr std::size_t kBytesMax = 1U << 20;

  const EventLimits limits_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<EventBatch>> batches_;  ///< Guarded by mutex_.
};

}  // namespace tracery::store
