// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/result.h"
#include "protocols/cwlogs/pattern_cursor.h"

namespace tracery::cwlogs {

/// Conditions joined by `&&`, `||` and parentheses; `&&` binds closer.
template <typename Condition>
struct ConditionTree {
  enum class Kind : std::uint8_t { kCondition, kAll, kAny };
  Kind kind = Kind::kCondition;
  Condition condition;  ///< When kCondition.
  std::vector<ConditionTree> children;

  template <typename Holds>
  bool test(const Holds& holds) const {
    if (kind == Kind::kCondition) return holds(condition);
    for (const ConditionTree& child : children) {
      if (child.test(holds) != (kind == Kind::kAll)) return kind == Kind::kAny;
    }
    return kind == Kind::kAll;
  }

  template <typename Visit>
  void visit(const Visit& f) const {
    if (kind == Kind::kCondition) return f(condition);
    for (const ConditionTree& child : children) child.visit(f);
  }
};

/// Reads a ConditionTree. `parse_condition(cursor)` gives a Result<Condition>.
template <typename Condition, typename ParseCondition>
class ConditionParser {
 public:
  using Tree = ConditionTree<Condition>;

  ConditionParser(PatternCursor& cursor, ParseCondition parse_condition)
      : cursor_(cursor), parse_condition_(std::move(parse_condition)) {}

  Result<Tree> parse() { return parse_chain("||", Tree::Kind::kAny); }

 private:
  static constexpr int kDepthMax = 100;

  Result<Tree> parse_chain(std::string_view joint, typename Tree::Kind kind) {
    const bool is_outer = kind == Tree::Kind::kAny;
    Tree chain;
    chain.kind = kind;
    do {
      auto child = is_outer ? parse_chain("&&", Tree::Kind::kAll) : parse_unit();
      if (!child.ok()) return child;
      chain.children.push_back(*std::move(child));
      cursor_.skip_blanks();
    } while (cursor_.take(joint));
    if (chain.children.size() > 1) return chain;
    Tree only = std::move(chain.children.front());
    return only;
  }

  Result<Tree> parse_unit() {
    cursor_.skip_blanks();
    const std::size_t start = cursor_.offset();
    if (!cursor_.take("(")) {
      Tree leaf;
      leaf.condition = TRACERY_TRY(parse_condition_(cursor_));
      return leaf;
    }
    if (++depth_ > kDepthMax) return PatternCursor::fail_at(start, "too many parentheses");
    auto inside = parse();
    --depth_;
    if (!inside.ok()) return inside;
    cursor_.skip_blanks();
    if (!cursor_.take(")")) return cursor_.fail("expected ')'");
    return inside;
  }

  PatternCursor& cursor_;
  ParseCondition parse_condition_;
  int depth_ = 0;
};

template <typename Condition, typename ParseCondition>
Result<ConditionTree<Condition>> parse_conditions(PatternCursor& cursor,
                                                  ParseCondition parse_condition) {
  return ConditionParser<Condition, ParseCondition>(cursor, std::move(parse_condition)).parse();
}

}  // namespace tracery::cwlogs
