// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/lookup_table.h"

#include <gtest/gtest.h>

namespace tracery::cwlogs {
namespace {

using Cells = std::vector<std::string>;

TEST(ParseLookupTable, ReadsQuotesAndLineEnds) {
  const auto table =
      parse_lookup_table("\xef\xbb\xbfid,\"full, name\"\r\n1,\"a \"\"b\"\"\nc\"\r\n\n2,\n");
  ASSERT_TRUE(table.ok()) << table.error().message;
  EXPECT_EQ(table->fields, (Cells{"id", "full, name"}));
  EXPECT_EQ(table->rows, (std::vector<Cells>{{"1", "a \"b\"\nc"}, {"2", ""}}));
  EXPECT_EQ(table->column_of("full, name"), 1u);
  EXPECT_EQ(table->column_of("x"), std::nullopt);
}

TEST(ParseLookupTable, RefusesWhatIsNoTable) {
  for (const char* csv : {"", "a,\n1,2", "a,a\n1,2", "a,b\n1", "a\n1,2", "a\n\"1"}) {
    EXPECT_FALSE(parse_lookup_table(csv).ok()) << csv;
  }
}

TEST(CsvLine, IsReadBack) {
  const Cells cells = {"plain", "", "a,b", "say \"hi\"", "two\nlines"};
  const auto table = parse_lookup_table("1,2,3,4,5\n" + csv_line(cells));
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->rows, std::vector<Cells>{cells});
}

}  // namespace
}  // namespace tracery::cwlogs
