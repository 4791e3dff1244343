// SPDX-License-Identifier: Apache-2.0
#include "store/int_codec.h"

#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tracery::store {
namespace {

using Ints = std::vector<std::int64_t>;

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

std::string put(const Ints& values) {
  std::string bytes;
  put_ints(bytes, std::span<const std::int64_t>(values), 1);
  return bytes;
}

Ints get(const std::string& bytes, std::size_t count) {
  Ints values(count);
  ByteReader in(bytes);
  EXPECT_TRUE(get_ints(in, std::span(values)).ok());
  EXPECT_EQ(in.left(), 0U);
  return values;
}

void expect_round_trip(const Ints& values) {
  const std::string bytes = put(values);
  EXPECT_EQ(get(bytes, values.size()), values) << describe_ints(bytes);
}

TEST(Ints, GiveBackEdgeValues) {
  expect_round_trip({});
  expect_round_trip({0});
  expect_round_trip({kLowest});
  expect_round_trip({kLowest, kHighest});
  expect_round_trip({kHighest, kLowest, 0, -1, 1});
  expect_round_trip(Ints(100, -7));
  Ints alternating;
  for (int i = 0; i < 5000; ++i) alternating.push_back(i % 2 == 0 ? kLowest : kHighest);
  expect_round_trip(alternating);
}

/// One list from each family of values that some form is made for.
Ints random_ints(std::mt19937_64& random) {
  const std::size_t count = random() % 3 == 0 ? random() % 40 : random() % 6000;
  const unsigned kind = random() % 8;
  const auto width = static_cast<unsigned>(random() % 64);
  const std::int64_t scale = random() % 2 == 0 ? 1 : static_cast<std::int64_t>(random() % 100'000);
  Ints values;
  auto value = static_cast<std::int64_t>(random());
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t noise = random() >> width;
    const std::uint64_t old = static_cast<std::uint64_t>(value);
    switch (kind) {
      case 0: value = static_cast<std::int64_t>(noise); break;
      case 1: value = static_cast<std::int64_t>(old + noise); break;
      case 2: value = static_cast<std::int64_t>(old + (noise & 255) * 1000); break;
      case 3: value = random() % 50 == 0 ? static_cast<std::int64_t>(noise) : value; break;
      case 4: value = static_cast<std::int64_t>(old + 12345); break;
      case 5: value = static_cast<std::int64_t>(random() % 5); break;
      case 6:
        value = static_cast<std::int64_t>((noise & 0xffffff) * static_cast<std::uint64_t>(scale));
        break;
      default: value = random() % 100 == 0 ? kLowest : static_cast<std::int64_t>(noise & 15);
    }
    values.push_back(value);
  }
  return values;
}

TEST(Ints, GiveBackRandomValues) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 400; ++i) expect_round_trip(random_ints(random));
}

TEST(Ints, GiveBackCodesInEveryWidth) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 100; ++i) {
    const std::uint32_t highest = 1U << (random() % 16);
    std::vector<std::uint32_t> codes(random() % 5000);
    for (auto& code : codes) code = static_cast<std::uint32_t>(random() % highest);
    std::string bytes;
    put_ints(bytes, std::span<const std::uint32_t>(codes), 1);

    std::vector<std::uint32_t> wide(codes.size());
    std::vector<std::uint16_t> narrow(codes.size());
    ByteReader in_wide(bytes);
    ByteReader in_narrow(bytes);
    ASSERT_TRUE(get_ints(in_wide, std::span(wide)).ok());
    ASSERT_TRUE(get_ints(in_narrow, std::span(narrow)).ok());

    EXPECT_EQ(wide, codes);
    EXPECT_TRUE(std::equal(narrow.begin(), narrow.end(), codes.begin()));
  }
}

TEST(Ints, ChooseTheFormThatFits) {
  Ints clock;
  Ints sizes;
  Ints steps;
  Ints flags;
  std::mt19937_64 random(3);
  std::int64_t now = 1'660'000'000'000'000'000;
  for (int i = 0; i < 4000; ++i) {
    now += static_cast<std::int64_t>(random() % 256) * 1000;
    clock.push_back(now);
    sizes.push_back(static_cast<std::int64_t>(random() % 200));
    steps.push_back(7 - 3 * i);
    flags.push_back(i / 1000);
  }

  EXPECT_EQ(describe_ints(put(clock)), "delta+scale/2");
  EXPECT_EQ(describe_ints(put(sizes)), "offset/1");
  EXPECT_EQ(describe_ints(put(steps)), "sequence");
  EXPECT_EQ(describe_ints(put(flags)), "runs");
}

TEST(Ints, NeverReadPastDamagedBytes) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 1500; ++i) {
    const Ints values = random_ints(random);
    std::string bytes = put(values);
    if (random() % 2 == 0) bytes.resize(random() % bytes.size());
    for (int k = 0; k < 3 && !bytes.empty(); ++k) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    Ints out(values.size());
    ByteReader in(bytes);
    const Status status = get_ints(in, std::span(out));
    if (!status.ok()) {
      EXPECT_TRUE(status.error().code == ErrorCode::kCorrupt ||
                  status.error().code == ErrorCode::kUnsupported);
    }
  }
}

TEST(Planes, GiveBackIdsOfBothWidths) {
  std::mt19937_64 random(5);
  for (const std::size_t width : {1U, 2U}) {
    for (const bool low_entropy : {false, true}) {
      std::vector<std::uint64_t> words(width * 3000);
      for (auto& word : words) word = low_entropy ? random() & 0xff00ff : random();
      std::string bytes;
      put_planes(bytes, {words, width, width * 8}, 1);

      std::vector<std::uint64_t> out(words.size());
      ByteReader in(bytes);
      ASSERT_TRUE(get_planes(in, out, width).ok());

      EXPECT_EQ(out, words);
      EXPECT_EQ(bytes.size() < words.size() * 4, low_entropy);
    }
  }
}

}  // namespace
}  // namespace tracery::store
