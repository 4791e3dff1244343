// SPDX-License-Identifier: Apache-2.0
#include "app/log_tail.h"

#include <future>

#include <gtest/gtest.h>

#include "protocols/cwlogs/log_writer.h"

namespace tracery::app {
namespace {

using namespace std::chrono_literals;

store::EventBatch make_batch(const std::string& group, const std::string& stream,
                             const std::vector<std::string>& messages) {
  store::EventBatch batch;
  cwlogs::LogWriter writer(batch, group, stream, 100, 1);
  for (const std::string& message : messages) writer.write(5, message);
  return batch;
}

std::string join(const TailUpdate& update) {
  std::string text = update.is_sampled ? "sampled " : "";
  for (const TailLine* line : update.lines) text += line->stream + ":" + line->message + ";";
  return text;
}

/// Keeps what it is sent; the first update that is not empty ends it.
struct Reader {
  std::promise<std::string> got;
  LogTail::Send send() {
    return [this](const std::string& bytes) {
      if (bytes.empty()) return LogTail::Sent::kTaken;
      got.set_value(bytes);
      return LogTail::Sent::kGone;
    };
  }
  std::string wait() {
    auto future = got.get_future();
    return future.wait_for(30s) == std::future_status::ready ? future.get() : "nothing came";
  }
};

TEST(LogTail, ShowsTheLinesThatAreSelected) {
  LogTail tail(1ms);
  EXPECT_FALSE(tail.take_lines(make_batch("g", "web", {"x"})));
  Reader reader;
  TailSelection selection{.groups = {"g"}, .streams = {}, .stream_prefixes = {"w"}, .pattern = {}};
  selection.pattern = *cwlogs::FilterPattern::parse("ERROR");
  tail.subscribe("key", selection, join, reader.send());
  EXPECT_FALSE(tail.take_lines(make_batch("other", "web", {"ERROR"})));
  tail.take_lines(make_batch("g", "job", {"ERROR here"}))();
  tail.take_lines(make_batch("g", "web", {"ERROR 1", "fine", "ERROR 2"}))();

  EXPECT_EQ(reader.wait(), "web:ERROR 1;web:ERROR 2;");
}

TEST(LogTail, TellsThoseWhoWereTooSlow) {
  LogTail tail(1ms);
  std::promise<std::string> after;
  int calls = 0;
  tail.subscribe("key", {.groups = {"g"}, .streams = {}, .stream_prefixes = {}, .pattern = {}},
                 join, [&](const std::string& bytes) {
                   if (calls == 0 && bytes.empty()) return LogTail::Sent::kTaken;
                   if (calls++ == 0) return LogTail::Sent::kSlow;
                   after.set_value(bytes);
                   return LogTail::Sent::kGone;
                 });
  tail.take_lines(make_batch("g", "s", {"missed"}))();
  auto future = after.get_future();
  ASSERT_EQ(future.wait_for(30s), std::future_status::ready);
  EXPECT_EQ(future.get(), "sampled ");
}

TEST(LogTail, LeavesOutLinesBeyondTheLimitAndSaysSo) {
  LogTail tail(1ms);
  std::promise<std::pair<std::size_t, bool>> seen;
  tail.subscribe(
      "key", {.groups = {"g"}, .streams = {}, .stream_prefixes = {}, .pattern = {}},
      [](const TailUpdate& update) {
        return update.lines.empty()
                   ? std::string()
                   : std::to_string(update.lines.size()) + (update.is_sampled ? " sampled" : "");
      },
      [&](const std::string& bytes) {
        if (bytes.empty()) return LogTail::Sent::kTaken;
        seen.set_value({std::stoul(bytes), bytes.ends_with("sampled")});
        return LogTail::Sent::kGone;
      });
  tail.take_lines(make_batch("g", "s", std::vector<std::string>(2000, "line")))();
  EXPECT_EQ(seen.get_future().get(), std::pair(kTailLinesMax, true));
}

}  // namespace
}  // namespace tracery::app
