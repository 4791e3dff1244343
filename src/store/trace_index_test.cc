// SPDX-License-Identifier: Apache-2.0
#include "store/trace_index.h"

#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "store/bloom.h"

namespace tracery::store {
namespace {

model::TraceId random_id(std::mt19937_64& random) {
  model::TraceId id;
  for (std::size_t i = 0; i < 16; i += 8) {
    const std::uint64_t word = random();
    std::memcpy(id.bytes.data() + i, &word, 8);
  }
  return id;
}

TEST(Bloom, NeverMissesAKeyAndPassesFewOthers) {
  std::mt19937_64 random(1);
  SplitBlockBloom bloom(10'000);
  std::vector<std::uint64_t> keys(10'000);
  for (auto& key : keys) bloom.add(key = random());
  const auto copy = SplitBlockBloom::parse(bloom.bytes());
  ASSERT_TRUE(copy.ok());

  for (const std::uint64_t key : keys) EXPECT_TRUE(copy->may_contain(key));
  int passed = 0;
  for (int i = 0; i < 100'000; ++i) passed += copy->may_contain(random()) ? 1 : 0;
  EXPECT_LT(passed, 800);
}

TEST(TraceIndex, FindsEveryTraceOverManyBuckets) {
  std::mt19937_64 random(2);
  std::vector<TraceRows> traces;
  std::uint64_t row = 0;
  for (int i = 0; i < 20'000; ++i) {
    traces.push_back({random_id(random), row, static_cast<std::uint32_t>(1 + random() % 50)});
    row += traces.back().rows;
  }
  const EncodedTraceIndex encoded = encode_trace_index(traces, 1);
  const auto index = TraceIndex::parse(encoded.bloom, encoded.directory);
  ASSERT_TRUE(index.ok());

  for (const TraceRows& trace : traces) {
    if (trace.first_row % 10 != 0) continue;
    ASSERT_TRUE(index->may_contain(trace.id));
    std::vector<TraceRows> found;
    for (const auto& bucket : index->buckets_of(trace.id)) {
      const auto bytes = std::string_view(encoded.buckets).substr(bucket.offset, bucket.bytes);
      ASSERT_TRUE(find_in_bucket(bytes, bucket, trace.id, found).ok());
    }
    EXPECT_TRUE(std::any_of(found.begin(), found.end(), [&](const TraceRows& rows) {
      return rows.first_row == trace.first_row && rows.rows == trace.rows;
    }));
  }
  EXPECT_LT(encoded.buckets.size(), traces.size() * 7);
}

TEST(TraceIndex, HoldsNothingWhenEmpty) {
  const EncodedTraceIndex encoded = encode_trace_index({}, 1);
  const auto index = TraceIndex::parse(encoded.bloom, encoded.directory);

  ASSERT_TRUE(index.ok());
  std::mt19937_64 random(3);
  EXPECT_FALSE(index->may_contain(random_id(random)));
  EXPECT_TRUE(index->buckets_of(random_id(random)).empty());
}

TEST(TraceKey, IsTheIdThatATextStandsFor) {
  const auto id = model::parse_trace_id("5759e988bd862e3fe1be46a994272793");

  EXPECT_EQ(trace_key_of("5759e988bd862e3fe1be46a994272793"), *id);
  EXPECT_EQ(trace_key_of("1-5759e988-bd862e3fe1be46a994272793"), *id);
  EXPECT_EQ(trace_key_of("order-1"), trace_key_of("order-1"));
  EXPECT_NE(trace_key_of("order-1"), trace_key_of("order-2"));
}

}  // namespace
}  // namespace tracery::store
