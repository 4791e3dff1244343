// SPDX-License-Identifier: Apache-2.0
#include "store/testing_store.h"

#include <condition_variable>
#include <cstdlib>
#include <random>

#include "base/check.h"
#include "base/hex.h"
#include "base/time.h"
#include "model/names.h"
#include "store/testing_events.h"

namespace tracery::store {

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "tracery-store-XXXXXX").string();
  TRACERY_CHECK(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

int events_per_request() { return 4; }

std::vector<model::Event> request_events(int number, std::int64_t now_ns) {
  std::vector<model::Event> events;
  for (int i = 0; i < events_per_request(); ++i) {
    model::Event event;
    event.dataset = i % 2 == 0 ? "shop" : "bank";
    // Today, and one event of each request on the day before.
    event.time_ns = now_ns - (i == 3 ? kNsPerDay : 0) + number;
    const std::uint8_t id[8] = {1, 2, 3, 4, 5, 6, static_cast<std::uint8_t>(number >> 8),
                                static_cast<std::uint8_t>(number)};
    event.fields = {{std::string(model::names::kTraceId), to_hex(id)},
                    {"request", std::int64_t{number}},
                    {"name", "event " + std::to_string(i)}};
    events.push_back(std::move(event));
  }
  return events;
}

LogRecord request_record(int number, std::int64_t now_ns, std::size_t padding) {
  LogRecord record;
  record.kind = 1;
  record.header = std::to_string(now_ns);
  record.payload = std::to_string(number);
  // Bytes that do not pack, so that the log grows by what the test says.
  std::mt19937_64 random(static_cast<std::uint64_t>(number));
  record.payload += ' ';
  for (std::size_t i = 0; i < padding; ++i) record.payload += static_cast<char>(random());
  return record;
}

Result<std::unique_ptr<EventBatch>> replay_request(const LogRecord& record) {
  auto batch = std::make_unique<EventBatch>();
  const int number = std::stoi(record.payload);
  for (const auto& event : request_events(number, std::stoll(record.header))) {
    model::push_event(event, *batch);
  }
  return batch;
}

struct Answer::State {
  std::mutex mutex;
  std::condition_variable answered;
  int answers = 0;
  Status status;
};

EventStore::Done Answer::done() {
  state_ = std::make_shared<State>();
  return [state = state_](Status status) {
    const std::lock_guard lock(state->mutex);
    TRACERY_CHECK(++state->answers == 1);
    state->status = std::move(status);
    state->answered.notify_all();
  };
}

Status Answer::get() const {
  std::unique_lock lock(state_->mutex);
  const bool came = state_->answered.wait_for(lock, std::chrono::seconds(60),
                                              [&] { return state_->answers != 0; });
  TRACERY_CHECK(came);
  return state_->status;
}

Answer append_request(EventStore& store, const Clock& clock, int number, std::size_t padding) {
  LogRecord record = request_record(number, clock.now_ns(), padding);
  auto batch = replay_request(record);
  Answer answer;
  store.append(std::move(record), *std::move(batch), answer.done());
  return answer;
}

std::map<int, int> requests_in(const EventStore& store) {
  std::map<int, int> counts;
  for (const auto& event : read_events(*store.snapshot())) {
    ++counts[static_cast<int>(std::get<std::int64_t>(*model::find_field(event, "request")))];
  }
  return counts;
}

}  // namespace tracery::store
