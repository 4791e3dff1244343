// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/event.h"
#include "store/event_store.h"
#include "store/fault_file_system.h"

/// What tests of EventStore share: requests that replay themselves, and a store on a fake disk.
namespace tracery::store {

class HandClock final : public Clock {
 public:
  std::int64_t now_ns() const override { return now_ns_; }
  void move(std::int64_t by_ns) { now_ns_ += by_ns; }

 private:
  std::atomic<std::int64_t> now_ns_{1'700'000'000'000'000'000};
};

/// A directory on the machine's disk, for the lock, removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The events of request `number`: a few, on several days, each carrying the number.
std::vector<model::Event> request_events(int number, std::int64_t now_ns);
LogRecord request_record(int number, std::int64_t now_ns, std::size_t padding = 0);
Result<std::unique_ptr<EventBatch>> replay_request(const LogRecord& record);

/// An append's answer.
class Answer {
 public:
  EventStore::Done done();
  /// Waits for it.
  Status get() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Appends request `number`.
Answer append_request(EventStore& store, const Clock& clock, int number, std::size_t padding = 0);

/// How many events of each request number the snapshot has.
std::map<int, int> requests_in(const EventStore& store);
/// How many it should have.
int events_per_request();

}  // namespace tracery::store
