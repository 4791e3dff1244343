// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/json_pattern.h"

#include <cstdint>
#include <optional>

#include <simdjson.h>

#include "protocols/cwlogs/condition_tree.h"
#include "protocols/cwlogs/value_condition.h"

namespace tracery::cwlogs {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kStops = " \t\r\n&|(){}";

struct Step {
  enum class Kind : std::uint8_t { kName, kIndex, kEach };
  Kind kind = Kind::kName;
  std::string name;
  std::size_t index = 0;
};

struct Selector {
  std::string text;  ///< As written.
  std::vector<Step> steps;
};

struct Condition {
  enum class Kind : std::uint8_t { kTest, kIsNull, kIsTrue, kIsFalse, kExists, kNotExists };
  Selector selector;
  Kind kind = Kind::kTest;
  std::optional<ValueCondition> test;  ///< When kTest.
};

void select(const dom::element& from, std::span<const Step> steps,
            std::vector<dom::element>& found) {
  if (steps.empty()) return found.push_back(from);
  const Step& step = steps.front();
  if (step.kind == Step::Kind::kName) {
    dom::element inner;
    if (from.is_object() && from.at_key(step.name).get(inner) == simdjson::SUCCESS) {
      select(inner, steps.subspan(1), found);
    }
    return;
  }
  dom::array elements;
  if (from.get(elements) != simdjson::SUCCESS) return;
  std::size_t index = 0;
  for (const dom::element element : elements) {
    const bool wanted = step.kind == Step::Kind::kEach || index == step.index;
    if (wanted) select(element, steps.subspan(1), found);
    ++index;
  }
}

std::optional<double> number_of(const dom::element& value) {
  double number = 0;
  if (!value.is_number() || value.get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

std::string text_of(const dom::element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  return simdjson::minify(value);
}

bool holds_for(const Condition& condition, const dom::element& value) {
  switch (condition.kind) {
    case Condition::Kind::kIsNull: return value.is_null();
    case Condition::Kind::kIsTrue: return value.is_bool() && bool{value};
    case Condition::Kind::kIsFalse: return value.is_bool() && !bool{value};
    case Condition::Kind::kExists: return true;
    case Condition::Kind::kNotExists: return false;
    case Condition::Kind::kTest: break;
  }
  if (value.is_object() || value.is_array()) return false;
  // Null has no text: nothing equals it.
  if (value.is_null()) return condition.test->accepts_absent();
  return condition.test->accepts(text_of(value), number_of(value));
}

bool holds(const Condition& condition, const dom::element& document) {
  std::vector<dom::element> found;
  select(document, condition.selector.steps, found);
  if (found.empty()) {
    return condition.kind == Condition::Kind::kNotExists ||
           (condition.test && condition.test->accepts_absent());
  }
  for (const dom::element& value : found) {
    if (holds_for(condition, value)) return true;
  }
  return false;
}

/// The document of a message, until the thread's next one.
std::optional<dom::element> parse_document(std::string_view message) {
  thread_local dom::parser parser;
  dom::element document;
  if (message.find_first_of("{[") == std::string_view::npos) return std::nullopt;
  if (parser.parse(message.data(), message.size()).get(document) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return document;
}

class JsonPattern final : public PatternMatcher {
 public:
  explicit JsonPattern(ConditionTree<Condition> tree) : tree_(std::move(tree)) {}

  bool matches(std::string_view message) const override {
    const auto document = parse_document(message);
    if (!document) return false;
    return tree_.test([&](const Condition& condition) { return holds(condition, *document); });
  }

  std::vector<ExtractedValue> extract(std::string_view message) const override {
    std::vector<ExtractedValue> values;
    const auto document = parse_document(message);
    if (!document) return values;
    tree_.visit([&](const Condition& condition) {
      for (const ExtractedValue& known : values) {
        if (known.name == condition.selector.text) return;
      }
      std::vector<dom::element> found;
      select(*document, condition.selector.steps, found);
      if (!found.empty()) values.push_back({condition.selector.text, text_of(found.front())});
    });
    return values;
  }

  std::size_t regexes() const override {
    std::size_t count = 0;
    tree_.visit([&](const Condition& condition) {
      count += condition.test && condition.test->has_regex() ? 1 : 0;
    });
    return count;
  }

 private:
  ConditionTree<Condition> tree_;
};

bool is_name(char c) { return is_alphanumeric(c) || c == '_' || c == '-'; }

Result<Step> parse_bracket(PatternCursor& cursor) {
  Step step;
  const std::size_t start = cursor.offset();
  if (cursor.take("*")) {
    step.kind = Step::Kind::kEach;
  } else if (cursor.take("'")) {
    step.name = cursor.take_until("'");
    if (!cursor.take("'")) return PatternCursor::fail_at(start, "unclosed quote");
  } else {
    step.kind = Step::Kind::kIndex;
    while (cursor.peek() >= '0' && cursor.peek() <= '9') {
      step.index = step.index * 10 + static_cast<std::size_t>(cursor.peek() - '0');
      cursor.advance();
      if (cursor.offset() - start > 9) return PatternCursor::fail_at(start, "index too large");
    }
    if (cursor.offset() == start) return cursor.fail("expected an index");
  }
  if (!cursor.take("]")) return cursor.fail("expected ']'");
  return step;
}

Result<Selector> parse_selector(PatternCursor& cursor) {
  Selector selector;
  const std::size_t start = cursor.offset();
  if (!cursor.take("$")) return cursor.fail("expected a selector");
  while (true) {
    if (cursor.take("[")) {
      selector.steps.push_back(TRACERY_TRY(parse_bracket(cursor)));
      continue;
    }
    if (!cursor.take(".")) break;
    const std::size_t name_at = cursor.offset();
    while (is_name(cursor.peek())) cursor.advance();
    if (cursor.offset() == name_at) return cursor.fail("expected a property name");
    selector.steps.push_back({Step::Kind::kName, std::string(cursor.from(name_at)), 0});
  }
  if (selector.steps.empty()) return cursor.fail("expected a property name");
  selector.text = cursor.from(start);
  return selector;
}

Result<Condition> parse_condition(PatternCursor& cursor) {
  Condition condition;
  condition.selector = TRACERY_TRY(parse_selector(cursor));
  cursor.skip_blanks();
  if (cursor.take_word("IS")) {
    cursor.skip_blanks();
    if (cursor.take_word("NULL")) {
      condition.kind = Condition::Kind::kIsNull;
    } else if (cursor.take_word("TRUE")) {
      condition.kind = Condition::Kind::kIsTrue;
    } else if (cursor.take_word("FALSE")) {
      condition.kind = Condition::Kind::kIsFalse;
    } else {
      return cursor.fail("expected NULL, TRUE or FALSE");
    }
  } else if (cursor.take_word("NOT")) {
    cursor.skip_blanks();
    if (!cursor.take_word("EXISTS")) return cursor.fail("expected EXISTS");
    condition.kind = Condition::Kind::kNotExists;
  } else if (cursor.take_word("EXISTS")) {
    condition.kind = Condition::Kind::kExists;
  } else {
    condition.test = TRACERY_TRY(ValueCondition::parse(cursor, kStops));
  }
  return condition;
}

}  // namespace

Result<std::shared_ptr<const PatternMatcher>> parse_json_pattern(PatternCursor& cursor) {
  cursor.take("{");
  auto tree = TRACERY_TRY(parse_conditions<Condition>(cursor, parse_condition));
  cursor.skip_blanks();
  if (!cursor.take("}")) return cursor.fail("expected '}'");
  return std::shared_ptr<const PatternMatcher>(std::make_shared<JsonPattern>(std::move(tree)));
}

}  // namespace tracery::cwlogs
