// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "query/group_reader.h"
#include "query/row_filter.h"
#include "query/spec.h"

namespace tracery::query {

/// A condition on one event: a tree over filters of columns. Unlike a FilterSet it nests, and a
/// filter can be confined to values of one kind.
struct RowTest {
  enum class Kind : std::uint8_t { kNever, kFilter, kAll, kAny, kNot };
  /// Which values of the column a filter sees.
  enum class Sees : std::uint8_t { kEverything, kTexts, kNumbers, kTruths };

  Kind kind = Kind::kNever;
  Sees sees = Sees::kEverything;
  Filter filter;                  ///< kFilter.
  std::vector<RowTest> operands;  ///< kAll, kAny; one for kNot.

  static RowTest of(std::string column, FilterOp op, model::Value value,
                    Sees sees = Sees::kEverything);
  static RowTest exists(std::string column);
  static RowTest all(std::vector<RowTest> operands);
  static RowTest any(std::vector<RowTest> operands);
  static RowTest negate(RowTest operand);
};

/// Tests at most 64 conditions on every row of row groups. Used by one thread.
class RowTester {
 public:
  static constexpr std::size_t kTestsMax = 64;

  /// Adds the columns that the tests look at to `columns`, which the reader is made with.
  RowTester(std::span<const RowTest> tests, std::vector<std::string>& columns);
  ~RowTester();

  /// Bit i of `bits[row]` says whether the row passes test i.
  Status evaluate(GroupReader& reader, std::vector<std::uint64_t>& bits);

 private:
  struct Node;
  static std::unique_ptr<Node> make(const RowTest& test, std::vector<std::string>& columns);
  static Result<Match> evaluate(Node& node, GroupReader& reader);
  static Result<Match> combine(Node& node, GroupReader& reader);

  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace tracery::query
