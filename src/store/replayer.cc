// SPDX-License-Identifier: Apache-2.0
#include "store/replayer.h"

#include <algorithm>
#include <utility>

namespace tracery::store {
namespace {

/// Records that may be on their way at once; their batches take about as much again.
constexpr std::size_t kTasksMax = 64;
constexpr std::size_t kBytesMax = 32U << 20;
constexpr unsigned kThreadsMax = 8;

}  // namespace

Replayer::Replayer(const EventStore::Replay& replay, Apply apply)
    : replay_(replay), apply_(std::move(apply)) {
  const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1U, kThreadsMax);
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
}

Replayer::~Replayer() = default;

void Replayer::work(const std::stop_token& stop) {
  const auto is_waiting = [](const std::unique_ptr<Task>& task) { return !task->is_taken; };
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto find = [&] { return std::find_if(tasks_.begin(), tasks_.end(), is_waiting); };
    if (!changed_.wait(lock, stop, [&] { return find() != tasks_.end(); })) return;
    Task& task = **find();
    task.is_taken = true;
    lock.unlock();
    const Status unpacked = unpack_payload(task.frame);
    task.batch = unpacked.ok() ? replay_(task.frame.record) : unpacked.error();
    lock.lock();
    task.is_decoded = true;
    changed_.notify_all();
  }
}

void Replayer::apply_first() {
  std::unique_ptr<Task> task;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return tasks_.front()->is_decoded; });
    task = std::move(tasks_.front());
    tasks_.pop_front();
    bytes_ -= task->frame.payload_bytes_unpacked;
  }
  apply_(task->frame, task->batch);
}

void Replayer::add(LogFrame frame) {
  auto task = std::make_unique<Task>();
  task->frame = std::move(frame);
  bool is_full = false;
  {
    const std::lock_guard lock(mutex_);
    bytes_ += task->frame.payload_bytes_unpacked;
    tasks_.push_back(std::move(task));
    is_full = tasks_.size() >= kTasksMax || bytes_ >= kBytesMax;
    changed_.notify_all();
  }
  if (is_full) apply_first();
}

void Replayer::finish() {
  while (!tasks_.empty()) apply_first();
}

}  // namespace tracery::store
