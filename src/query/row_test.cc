// SPDX-License-Identifier: Apache-2.0
#include "query/row_test.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"

namespace tracery::query {
namespace {

std::size_t add_column(const std::string& name, std::vector<std::string>& columns) {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
  columns.push_back(name);
  return columns.size() - 1;
}

/// Takes away the forms of the constants that values out of sight would equal.
void confine(RowTest::Sees sees, Predicate& predicate) {
  if (sees == RowTest::Sees::kEverything) return;
  if (sees != RowTest::Sees::kTexts) {
    predicate.texts.clear();
    predicate.id8s.clear();
    predicate.id16s.clear();
  }
  if (sees != RowTest::Sees::kNumbers) {
    predicate.integers.clear();
    predicate.numbers.clear();
    predicate.accepts_nan = false;
  }
  if (sees != RowTest::Sees::kTruths) predicate.accepts_true = predicate.accepts_false = false;
  predicate.only_texts = sees == RowTest::Sees::kTexts;
}

}  // namespace

RowTest RowTest::of(std::string column, FilterOp op, model::Value value, Sees sees) {
  RowTest test;
  test.kind = Kind::kFilter;
  test.sees = sees;
  test.filter = {std::move(column), op, {std::move(value)}};
  return test;
}

RowTest RowTest::exists(std::string column) {
  RowTest test;
  test.kind = Kind::kFilter;
  test.filter = {std::move(column), FilterOp::kExists, {}};
  return test;
}

RowTest RowTest::all(std::vector<RowTest> operands) {
  RowTest test;
  test.kind = Kind::kAll;
  test.operands = std::move(operands);
  return test;
}

RowTest RowTest::any(std::vector<RowTest> operands) {
  RowTest test = all(std::move(operands));
  test.kind = Kind::kAny;
  return test;
}

RowTest RowTest::negate(RowTest operand) {
  RowTest test;
  test.kind = Kind::kNot;
  test.operands.push_back(std::move(operand));
  return test;
}

struct RowTester::Node {
  RowTest::Kind kind = RowTest::Kind::kNever;
  FilterPlan plan;
  std::optional<RowFilter> filter;
  std::vector<std::unique_ptr<Node>> operands;
  Mask mask;  ///< Of the row group at hand, when only some rows match.
};

RowTester::RowTester(std::span<const RowTest> tests, std::vector<std::string>& columns) {
  TRACERY_CHECK(tests.size() <= kTestsMax);
  for (const RowTest& test : tests) nodes_.push_back(make(test, columns));
}

RowTester::~RowTester() = default;

std::unique_ptr<RowTester::Node> RowTester::make(const RowTest& test,
                                                 std::vector<std::string>& columns) {
  auto node = std::make_unique<Node>();
  node->kind = test.kind;
  if (test.kind == RowTest::Kind::kFilter) {
    node->plan.predicates.push_back(Predicate::from(test.filter));
    confine(test.sees, node->plan.predicates.back());
    node->plan.columns.push_back(add_column(test.filter.column, columns));
    node->plan.combined = 1;
    node->filter.emplace(&node->plan);
  }
  for (const RowTest& operand : test.operands) node->operands.push_back(make(operand, columns));
  return node;
}

Result<Match> RowTester::combine(Node& node, GroupReader& reader) {
  const bool is_all = node.kind == RowTest::Kind::kAll;
  const Match neutral = is_all ? Match::kAll : Match::kNone;
  const Match decisive = is_all ? Match::kNone : Match::kAll;
  Match match = neutral;
  for (const auto& operand : node.operands) {
    const Match one = TRACERY_TRY(evaluate(*operand, reader));
    if (one == decisive) return decisive;
    if (one == neutral) continue;
    if (match == neutral) {
      node.mask = operand->mask;
    } else if (is_all) {
      and_into(node.mask, operand->mask);
    } else {
      or_into(node.mask, operand->mask);
    }
    match = Match::kSome;
  }
  return match;
}

Result<Match> RowTester::evaluate(Node& node, GroupReader& reader) {
  switch (node.kind) {
    case RowTest::Kind::kNever: return Match::kNone;
    case RowTest::Kind::kFilter: return node.filter->evaluate(reader, node.mask);
    case RowTest::Kind::kAll:
    case RowTest::Kind::kAny: return combine(node, reader);
    case RowTest::Kind::kNot: break;
  }
  const Match match = TRACERY_TRY(evaluate(*node.operands.front(), reader));
  if (match == Match::kNone) return Match::kAll;
  if (match == Match::kAll) return Match::kNone;
  node.mask = node.operands.front()->mask;
  invert(node.mask);
  return Match::kSome;
}

Status RowTester::evaluate(GroupReader& reader, std::vector<std::uint64_t>& bits) {
  bits.assign(reader.rows(), 0);
  std::uint64_t everywhere = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Match match = TRACERY_TRY(evaluate(*nodes_[i], reader));
    if (match == Match::kAll) everywhere |= std::uint64_t{1} << i;
    if (match != Match::kSome) continue;
    const std::uint8_t* mask = nodes_[i]->mask.data();
    for (std::size_t row = 0; row < bits.size(); ++row) bits[row] |= std::uint64_t{mask[row]} << i;
  }
  if (everywhere == 0) return {};
  for (std::uint64_t& word : bits) word |= everywhere;
  return {};
}

}  // namespace tracery::query
