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
#include <vector>

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
  /// Gets an arrival, or null every fifteen seconds as a sign of life; false ends the
  /// subscription.
  using Listener = std::function<bool(const Arrival*)>;

  LiveFeed();
  ~LiveFeed();

  void publish(const Arrival& arrival);
  /// `listener` is called from the feed's thread and must not block.
  void subscribe(Listener listener);
  /// Drops every listener; later ones are dropped at once.
  void close();

 private:
  void loop();
  void tell(const Arrival* arrival);

  using Key = std::tuple<std::string, std::string, std::string>;

  std::atomic<std::size_t> listener_count_{0};
  std::mutex mutex_;  // pending_, listeners_, stopping_, closed_
  std::condition_variable wake_;
  std::map<Key, Arrival> pending_;
  std::vector<Listener> listeners_;
  bool stopping_ = false;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace tracery::app
