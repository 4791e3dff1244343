// SPDX-License-Identifier: Apache-2.0
#include "query/row_lookup.h"

#include <gtest/gtest.h>

namespace tracery::query {
namespace {

const std::vector<Datum>& some_values() {
  static const std::vector<Datum> values = {Datum::text("a"),
                                            Datum::integer(7),
                                            Datum::number(7.0),
                                            Datum::text("7"),
                                            Datum::text("07"),
                                            Datum(),
                                            Datum::text(""),
                                            Datum::truth(true),
                                            Datum::integer(1),
                                            Datum::number(-0.0),
                                            Datum::integer(0),
                                            Datum::text("1"),
                                            Datum::time(1'000'000'000),
                                            Datum::integer(1000)};
  return values;
}

TEST(RowLookup, FindsWhatComparesEqual) {
  RowTable table;
  table.columns = {some_values()};
  table.rows = some_values().size();
  RowLookup lookup;
  lookup.fill(std::move(table), 0);
  for (const Datum& value : some_values()) {
    std::vector<std::uint32_t> equal;
    for (std::uint32_t row = 0; row < lookup.rows(); ++row) {
      if (compare(lookup.at(0, row), value) == Comparison::kEqual) equal.push_back(row);
    }
    TextArena texts;
    EXPECT_EQ(lookup.find(value), equal) << text_of(value, texts);
  }
}

}  // namespace
}  // namespace tracery::query
