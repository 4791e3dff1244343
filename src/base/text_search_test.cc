// SPDX-License-Identifier: Apache-2.0
#include "base/text_search.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace tracery {
namespace {

TEST(FindText, FindsWhatTheStandardLibraryFinds) {
  std::mt19937 random(3);
  const auto text_of = [&](std::size_t size_max) {
    std::string text(random() % size_max, 'a');
    for (char& c : text) c = static_cast<char>('a' + random() % 2);
    return text;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = text_of(140);
    const std::string needle = text_of(i % 2 == 0 ? 8 : 60);
    ASSERT_EQ(find_text(text, needle), text.find(needle)) << text << "   " << needle;
    if (!text.empty()) {
      const std::size_t at = random() % text.size();
      const std::string part = text.substr(at, random() % 50);
      ASSERT_EQ(find_text(text, part), text.find(part)) << text << "   " << part;
    }
  }
}

TEST(ContainsText, KnowsBothEnds) {
  const std::string text(100, '.');
  EXPECT_TRUE(contains_text("needle" + text, "needle"));
  EXPECT_TRUE(contains_text(text + "needle", "needle"));
  EXPECT_FALSE(contains_text(text + "needl", "needle"));
  EXPECT_TRUE(contains_text("", ""));
}

}  // namespace
}  // namespace tracery
