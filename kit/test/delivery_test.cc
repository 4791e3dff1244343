// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include "delivery/batch_queue.h"
#include "delivery/otlp_exporter.h"
#include "delivery/retry.h"

namespace tracery::app::delivery {
namespace {

using Queue = BatchQueue<int>;

constexpr milliseconds kLong = std::chrono::seconds(30);

TEST(BatchQueue, DeliversInOrderAndCounts) {
  std::vector<int> got;
  Queue queue("q", {.batch_items_max = 2, .delay = milliseconds(1)}, [&](std::span<const int> b) {
    got.insert(got.end(), b.begin(), b.end());
    return Delivery{};
  });

  for (int i = 0; i < 5; ++i) EXPECT_TRUE(queue.push(i, 1));

  EXPECT_TRUE(queue.flush(kLong));
  EXPECT_EQ(got, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_EQ(queue.statistics().delivered, 5u);
  EXPECT_EQ(queue.statistics().queued, 0u);
}

TEST(BatchQueue, TriesAgainUntilTheReceiverIsBack) {
  std::atomic<int> attempts = 0;
  Queue queue("q", {.delay = milliseconds(1)}, [&](std::span<const int>) {
    return ++attempts < 3 ? Delivery{.verdict = Verdict::kRetry, .retry_after = milliseconds(1)}
                          : Delivery{};
  });

  queue.push(1, 1);

  EXPECT_TRUE(queue.flush(kLong));
  EXPECT_EQ(queue.statistics().delivered, 1u);
  EXPECT_EQ(queue.statistics().retries, 2u);
}

TEST(BatchQueue, DropsWhatFindsItFullWhileTheReceiverHangs) {
  std::promise<void> release;
  std::promise<void> entered;
  Queue queue("q", {.items_max = 2, .batch_items_max = 1, .delay = milliseconds(1)},
              [&, is_first = true](std::span<const int>) mutable {
                if (is_first) {
                  entered.set_value();
                  release.get_future().wait();
                }
                is_first = false;
                return Delivery{};
              });
  queue.push(0, 1);
  entered.get_future().wait();

  int taken = 0;
  for (int i = 0; i < 10; ++i) taken += queue.push(i, 1) ? 1 : 0;
  release.set_value();

  EXPECT_EQ(taken, 2);
  EXPECT_TRUE(queue.flush(kLong));
  EXPECT_EQ(queue.statistics().delivered, 3u);
  EXPECT_EQ(queue.statistics().dropped, 8u);
}

TEST(BatchQueue, IsBoundedInBytes) {
  Queue queue("q", {.bytes_max = 100, .delay = kLong}, [](auto) { return Delivery{}; });

  EXPECT_TRUE(queue.push(1, 60));
  EXPECT_FALSE(queue.push(2, 60));
  EXPECT_TRUE(queue.push(3, 40));
}

TEST(BatchQueue, GivesUpARefusedBatchAtOnceAndGoesOn) {
  Queue queue("q", {.batch_items_max = 1, .delay = milliseconds(1)}, [](std::span<const int> b) {
    return b[0] == 1 ? Delivery{.verdict = Verdict::kRefused} : Delivery{};
  });

  queue.push(1, 1);
  queue.push(2, 1);

  EXPECT_TRUE(queue.flush(kLong));
  EXPECT_EQ(queue.statistics().dropped, 1u);
  EXPECT_EQ(queue.statistics().delivered, 1u);
}

TEST(BatchQueue, StopsInTheMiddleOfARetryAndCountsTheRest) {
  Queue queue("q", {.batch_items_max = 1, .delay = milliseconds(1)},
              [](auto) { return Delivery{.verdict = Verdict::kRetry, .retry_after = kLong}; });
  queue.push(1, 1);
  queue.push(2, 1);

  queue.stop(milliseconds(1));

  EXPECT_EQ(queue.statistics().dropped, 2u);
  EXPECT_FALSE(queue.push(3, 1));
}

TEST(Backoff, GrowsWithJitterUpToALimit) {
  EXPECT_EQ(backoff(1, 0), milliseconds(500));
  EXPECT_EQ(backoff(1, 250), milliseconds(250));
  EXPECT_EQ(backoff(3, 0), milliseconds(2'000));
  EXPECT_EQ(backoff(50, 0), milliseconds(30'000));
}

TEST(RetryAfter, IsSecondsAndBounded) {
  EXPECT_EQ(parse_retry_after("3"), milliseconds(3'000));
  EXPECT_EQ(parse_retry_after("99999999"), milliseconds(300'000));
  EXPECT_FALSE(parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT").has_value());
  EXPECT_FALSE(parse_retry_after("").has_value());
}

TEST(JudgeHttp, TellsWhatIsWorthRepeating) {
  EXPECT_EQ(judge_http({.status = 200}).verdict, Verdict::kDelivered);
  EXPECT_EQ(judge_http({.status = 400}).verdict, Verdict::kRefused);
  EXPECT_EQ(judge_http({.status = 0}).verdict, Verdict::kRetry);
  const Delivery busy = judge_http({.status = 429, .headers = {{"retry-after", "2"}}});
  EXPECT_EQ(busy.verdict, Verdict::kRetry);
  EXPECT_EQ(busy.retry_after, milliseconds(2'000));
}

TEST(JudgeGrpc, ReadsTheTrailer) {
  const auto answer = [](const char* status) {
    return HttpResponse{.status = 200, .headers = {{"grpc-status", status}}};
  };
  EXPECT_EQ(judge_grpc(answer("0")).verdict, Verdict::kDelivered);
  EXPECT_EQ(judge_grpc(answer("14")).verdict, Verdict::kRetry);
  EXPECT_EQ(judge_grpc(answer("3")).verdict, Verdict::kRefused);
  EXPECT_EQ(judge_grpc({.status = 200}).verdict, Verdict::kRetry);
}

}  // namespace
}  // namespace tracery::app::delivery
