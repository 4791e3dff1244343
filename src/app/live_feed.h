// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>

namespace tracery::app {

/// "Something came in": what the Send data screen shows live.
struct Arrival {
  std::string dataset;
  std::string signal;    ///< As meta.signal_type.
  std::string source;    ///< As meta.source.
  std::string trace_id;  ///< Of one of the newest events; empty when none has one.
  std::uint64_t count = 0;
  std::int64_t time_ns = 0;  ///< When it was accepted.
};

/// Tells subscribers of accepted events, coalesced per (dataset, signal, source) four times a
/// second. Costs next to nothing while nobody listens. Thread-safe.
class LiveFeed {
 public:
  using Listener = std::function<void(const Arrival&)>;

  LiveFeed();
  ~LiveFeed();

  void publish(const Arrival& arrival);
  /// `listener` is called from the feed's thread until `unsubscribe`; it must not block.
  std::uint64_t subscribe(Listener listener);
  void unsubscribe(std::uint64_t token);

 private:
  void loop();

  using Key = std::tuple<std::string, std::string, std::string>;

  std::atomic<std::size_t> listener_count_{0};
  std::mutex mutex_;  // pending_, listeners_, next_token_, stopping_
  std::condition_variable wake_;
  std::map<Key, Arrival> pending_;
  std::map<std::uint64_t, Listener> listeners_;
  std::uint64_t next_token_ = 1;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tracery::app
