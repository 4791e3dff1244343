// SPDX-License-Identifier: Apache-2.0
#include "store/text_words.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "store/bloom.h"

namespace tracery::store {
namespace {

std::vector<std::uint64_t> hashes(std::vector<std::string> words) {
  std::vector<std::uint64_t> result;
  for (const std::string& word : words) result.push_back(hash_word(word));
  std::sort(result.begin(), result.end());
  return result;
}

TEST(TextWords, AreRunsOfLettersAndDigitsOfEitherCase) {
  EXPECT_EQ(words_of("GET /api/v1?id=7f3A é-x GET"),
            hashes({"get", "api", "v1", "id", "7f3a", "x"}));
  EXPECT_TRUE(words_of("").empty());
}

TEST(TextWords, OfANeedleAreThoseThatAreWhole) {
  EXPECT_TRUE(inner_words_of("7f3a").empty());
  EXPECT_TRUE(inner_words_of("id=7f3a").empty());
  EXPECT_EQ(inner_words_of("id=7f3a "), hashes({"7f3a"}));
  EXPECT_EQ(inner_words_of("/api/home/x"), hashes({"api", "home"}));
}

TEST(TextWords, FilterKnowsEveryWordAndFewOthers) {
  std::vector<std::string> lines;
  for (int i = 0; i < 5000; ++i) lines.push_back("request " + std::to_string(i * 7919) + " done");
  const std::vector<std::string_view> views(lines.begin(), lines.end());
  std::string bytes;
  put_word_filter(bytes, views);
  const auto filter = SplitBlockBloom::parse(bytes);

  ASSERT_TRUE(filter.ok());
  int wrong = 0;
  for (int i = 0; i < 5000; ++i) {
    EXPECT_TRUE(filter->may_contain(hash_word(std::to_string(i * 7919))));
    wrong += filter->may_contain(hash_word("absent" + std::to_string(i))) ? 1 : 0;
  }
  EXPECT_LT(wrong, 100);
}

}  // namespace
}  // namespace tracery::store
