// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"
#include "query/run.h"

namespace tracery::query {

/// Lets `threads` threads work through `items`: work(worker, item) gives a Status, and the first
/// error stops all. Returns when every thread has ended. kCancelled when that was asked for.
template <typename Item, typename Work>
Status work_through(const std::vector<Item>& items, std::size_t threads, const RunOptions& options,
                    Work&& work) {
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> stop = false;
  std::mutex mutex;  // error
  std::optional<Error> error;
  const auto fail = [&](Error reason) {
    const std::lock_guard lock(mutex);
    if (!error) error = std::move(reason);
    stop = true;
  };
  const auto loop = [&](std::size_t worker) {
    while (!stop) {
      if (options.cancel != nullptr && *options.cancel) {
        return fail(Error{ErrorCode::kCancelled, "query was cancelled"});
      }
      const std::size_t at = next.fetch_add(1);
      if (at >= items.size()) return;
      Status status = work(worker, items[at]);
      if (!status.ok()) return fail(std::move(status).error());
    }
  };
  std::vector<std::thread> crew;
  for (std::size_t i = 1; i < threads && i < items.size(); ++i) crew.emplace_back(loop, i);
  loop(0);
  for (std::thread& thread : crew) thread.join();
  if (error) return *std::move(error);
  return {};
}

}  // namespace tracery::query
