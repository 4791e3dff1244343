// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "protocols/cwlogs/filter_pattern.h"
#include "store/event_batch.h"

namespace tracery::app {

/// A log event on its way to those who watch.
struct TailLine {
  std::string group, stream, message, level;
  std::int64_t time_ns = 0;
  std::int64_t sequence = 0;  ///< 0 for log records that came by OTLP.
};

/// What somebody watches. Empty lists do not restrict.
struct TailSelection {
  std::vector<std::string> groups;  ///< At least one.
  std::vector<std::string> streams, stream_prefixes;
  cwlogs::FilterPattern pattern;
};

/// What came in one interval for one selection.
struct TailUpdate {
  std::vector<const TailLine*> lines;  ///< In the order they were stored; at most kTailLinesMax.
  bool is_sampled = false;             ///< Some that match were left out.
  std::uint64_t matched = 0;           ///< As far as is known, when sampled.
};

inline constexpr std::size_t kTailLinesMax = 500;

/// Shows stored log events to those who watch, once a second, as CloudWatch's live tail does.
/// Intake never waits: what it hands over is bounded, and beyond that lines are left out and
/// readers told so. Thread-safe.
class LogTail {
 public:
  /// Writes an update as bytes. Called from the tail's thread.
  using Render = std::function<std::string(const TailUpdate&)>;
  enum class Sent { kTaken, kSlow, kGone };
  /// Hands over the bytes without blocking. kSlow: not taken, and the next update will say that
  /// lines were left out. kGone ends the subscription.
  using Send = std::function<Sent(const std::string& bytes)>;

  explicit LogTail(std::chrono::milliseconds interval = std::chrono::milliseconds(1000));
  ~LogTail();

  /// Subscribers with the same `key` share one selection and one rendering: `key` must say all
  /// that these depend on.
  void subscribe(const std::string& key, TailSelection selection, Render render, Send send);

  /// Takes the log lines of a batch, if anybody watches their group; gives a function that
  /// publishes them, to be called when they are stored, or none.
  std::function<void()> take_lines(const store::EventBatch& batch);

  std::size_t subscribers() const { return subscriber_count_.load(std::memory_order_relaxed); }
  /// Drops every subscriber; later ones are dropped at once.
  void close();

 private:
  using Lines = std::shared_ptr<const std::vector<TailLine>>;
  struct Subscriber {
    Send send;
    bool is_behind = false;
  };
  /// Everybody with one key.
  struct Channel {
    TailSelection selection;
    Render render;
    std::vector<Subscriber> subscribers;
  };

  void publish(Lines lines);
  void loop();
  void tell(Channel& channel, const std::deque<Lines>& arrived, bool lines_lost);
  TailUpdate select(const TailSelection& selection, const std::deque<Lines>& arrived) const;
  void note_watched();

  const std::chrono::milliseconds interval_;
  std::atomic<std::size_t> subscriber_count_{0};
  mutable std::mutex mutex_;  // pending_*, watched_, stopping_, lines_lost_
  std::condition_variable wake_;
  std::deque<Lines> pending_;
  std::size_t pending_lines_ = 0;
  std::size_t pending_bytes_ = 0;
  bool lines_lost_ = false;
  bool stopping_ = false;
  std::set<std::string, std::less<>> watched_;  ///< Groups.
  std::mutex channels_mutex_;                   // channels_, is_closed_; taken before mutex_.
  std::map<std::string, Channel> channels_;
  bool is_closed_ = false;
  std::thread thread_;
};

}  // namespace tracery::app
