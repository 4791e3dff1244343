// SPDX-License-Identifier: Apache-2.0
#include "app/log_tail.h"

#include <algorithm>
#include <utility>

#include "app/log_groups.h"
#include "model/names.h"
#include "protocols/cwlogs/names.h"
#include "store/batch_reader.h"

namespace tracery::app {
namespace {

namespace names = cwlogs::names;

// What waits for the next update, at most; then the oldest go.
constexpr std::size_t kPendingLinesMax = 200'000;
constexpr std::size_t kPendingBytesMax = 64ULL << 20;
/// Lines one channel looks at in an update. Patterns cost time, and there may be many channels.
constexpr std::size_t kLinesTestedMax = 200'000;
/// Bytes of messages in one update.
constexpr std::size_t kUpdateBytesMax = 192ULL << 10;

bool contains(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool is_selected(const TailSelection& selection, const TailLine& line) {
  if (!contains(selection.groups, line.group)) return false;
  if (!selection.streams.empty() && !contains(selection.streams, line.stream)) return false;
  const auto& prefixes = selection.stream_prefixes;
  const bool has_prefix =
      prefixes.empty() || std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& prefix) {
        return line.stream.starts_with(prefix);
      });
  return has_prefix && selection.pattern.matches(line.message);
}

std::size_t bytes_of(const std::vector<TailLine>& lines) {
  std::size_t bytes = 0;
  for (const TailLine& line : lines) bytes += line.message.size() + sizeof(TailLine);
  return bytes;
}

/// Reads the columns that lines are made of.
class LineReader {
 public:
  explicit LineReader(const store::EventBatch& batch)
      : rows_(batch),
        body_(batch, model::names::kBody),
        stream_(batch, names::kLogStream),
        level_(batch, names::kSeverity),
        signal_(batch, model::names::kSignalType),
        sequence_(batch, names::kSequence) {}

  std::string_view dataset(std::uint32_t row) { return rows_.dataset(row); }

  /// False when the row is no log line.
  bool read(std::uint32_t row, TailLine& line) {
    const auto body = body_.text(row);
    if (!body || signal_.text(row) != "log") return false;
    line.message = *body;
    line.stream = stream_.text(row).value_or(kOtlpStream);
    line.level = level_.text(row).value_or("");
    line.sequence = sequence_.integer(row).value_or(0);
    line.time_ns = rows_.time_ns(row);
    return true;
  }

 private:
  store::BatchRowReader rows_;
  store::BatchColumnReader body_, stream_, level_, signal_, sequence_;
};

}  // namespace

LogTail::LogTail(std::chrono::milliseconds interval)
    : interval_(interval), thread_([this] { loop(); }) {}

LogTail::~LogTail() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void LogTail::subscribe(const std::string& key, TailSelection selection, Render render, Send send) {
  const std::lock_guard lock(channels_mutex_);
  if (is_closed_) return;
  Channel& channel = channels_[key];
  if (channel.subscribers.empty()) {
    channel.selection = std::move(selection);
    channel.render = std::move(render);
  }
  channel.subscribers.push_back({std::move(send)});
  note_watched();
}

void LogTail::close() {
  const std::lock_guard lock(channels_mutex_);
  is_closed_ = true;
  channels_.clear();
  note_watched();
}

void LogTail::note_watched() {
  std::set<std::string, std::less<>> watched;
  std::size_t count = 0;
  for (const auto& [key, channel] : channels_) {
    watched.insert(channel.selection.groups.begin(), channel.selection.groups.end());
    count += channel.subscribers.size();
  }
  const std::lock_guard lock(mutex_);
  watched_ = std::move(watched);
  subscriber_count_ = count;
}

std::function<void()> LogTail::take_lines(const store::EventBatch& batch) {
  if (subscribers() == 0) return {};
  std::set<std::string, std::less<>> watched;
  {
    const std::lock_guard lock(mutex_);
    watched = watched_;
  }
  auto lines = std::make_shared<std::vector<TailLine>>();
  LineReader reader(batch);
  for (std::uint32_t row = 0; row < batch.rows(); ++row) {
    const std::string_view group = reader.dataset(row);
    if (!watched.contains(group)) continue;
    TailLine line;
    line.group = group;
    if (reader.read(row, line)) lines->push_back(std::move(line));
  }
  if (lines->empty()) return {};
  return [this, lines = std::move(lines)] { publish(lines); };
}

void LogTail::publish(Lines lines) {
  const std::lock_guard lock(mutex_);
  pending_lines_ += lines->size();
  pending_bytes_ += bytes_of(*lines);
  pending_.push_back(std::move(lines));
  while (pending_.size() > 1 &&
         (pending_lines_ > kPendingLinesMax || pending_bytes_ > kPendingBytesMax)) {
    pending_lines_ -= pending_.front()->size();
    pending_bytes_ -= bytes_of(*pending_.front());
    pending_.pop_front();
    lines_lost_ = true;
  }
}

TailUpdate LogTail::select(const TailSelection& selection, const std::deque<Lines>& arrived) const {
  TailUpdate update;
  std::size_t tested = 0;
  std::size_t bytes = 0;
  for (const Lines& lines : arrived) {
    for (const TailLine& line : *lines) {
      if (++tested > kLinesTestedMax) {
        update.is_sampled = true;
        return update;
      }
      if (!is_selected(selection, line)) continue;
      ++update.matched;
      bytes += line.message.size();
      if (update.lines.size() < kTailLinesMax &&
          (bytes <= kUpdateBytesMax || update.lines.empty())) {
        update.lines.push_back(&line);
      } else {
        update.is_sampled = true;
      }
    }
  }
  return update;
}

void LogTail::tell(Channel& channel, const std::deque<Lines>& arrived, bool lines_lost) {
  TailUpdate update = select(channel.selection, arrived);
  update.is_sampled = update.is_sampled || lines_lost;
  const std::string bytes = channel.render(update);
  std::string bytes_behind;  // The same, for those who missed something.
  std::erase_if(channel.subscribers, [&](Subscriber& subscriber) {
    if (subscriber.is_behind && bytes_behind.empty()) {
      update.is_sampled = true;
      bytes_behind = channel.render(update);
    }
    const Sent sent = subscriber.send(subscriber.is_behind ? bytes_behind : bytes);
    subscriber.is_behind = sent == Sent::kSlow;
    return sent == Sent::kGone;
  });
}

void LogTail::loop() {
  for (;;) {
    std::deque<Lines> arrived;
    bool lines_lost = false;
    {
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, interval_, [this] { return stopping_; })) return;
      arrived = std::exchange(pending_, {});
      pending_lines_ = pending_bytes_ = 0;
      lines_lost = std::exchange(lines_lost_, false);
    }
    const std::lock_guard lock(channels_mutex_);
    if (channels_.empty()) continue;
    for (auto& [key, channel] : channels_) tell(channel, arrived, lines_lost);
    std::erase_if(channels_, [](const auto& entry) { return entry.second.subscribers.empty(); });
    note_watched();
  }
}

}  // namespace tracery::app
