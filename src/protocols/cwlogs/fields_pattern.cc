// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/fields_pattern.h"

#include <optional>

#include "protocols/cwlogs/condition_tree.h"
#include "protocols/cwlogs/value_condition.h"

namespace tracery::cwlogs {
namespace {

constexpr std::string_view kStops = " \t\r\n,]&|()";

using Conditions = ConditionTree<ValueCondition>;

struct Slot {
  std::string name;  ///< Empty when it has none.
  std::optional<Conditions> conditions;
};

bool accepts(const Conditions& conditions, std::string_view field) {
  const auto number = parse_number(field);
  return conditions.test([&](const ValueCondition& test) { return test.accepts(field, number); });
}

class FieldsPattern final : public PatternMatcher {
 public:
  FieldsPattern(std::vector<Slot> slots, std::optional<std::size_t> ellipsis)
      : slots_(std::move(slots)), ellipsis_(ellipsis) {}

  bool matches(std::string_view message) const override {
    const auto fields = split_fields(message);
    if (ellipsis_ ? fields.size() < slots_.size() : fields.size() != slots_.size()) return false;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const auto& conditions = slots_[i].conditions;
      if (conditions && !accepts(*conditions, fields[field_of(i, fields.size())])) return false;
    }
    return true;
  }

  std::vector<ExtractedValue> extract(std::string_view message) const override {
    const auto fields = split_fields(message);
    std::vector<ExtractedValue> values;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      values.push_back({"$" + std::to_string(i + 1), std::string(fields[i])});
    }
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i].name.empty()) continue;
      values.at(field_of(i, fields.size())).name = "$" + slots_[i].name;
    }
    return values;
  }

  std::vector<std::string> required_texts() const override {
    std::vector<std::string> texts;
    for (const Slot& slot : slots_) {
      if (!slot.conditions || slot.conditions->kind != Conditions::Kind::kCondition) continue;
      const std::string_view text = slot.conditions->condition.required_text();
      if (!text.empty()) texts.emplace_back(text);
    }
    return texts;
  }

  std::size_t regexes() const override {
    std::size_t count = 0;
    for (const Slot& slot : slots_) {
      if (!slot.conditions) continue;
      slot.conditions->visit(
          [&](const ValueCondition& test) { count += test.has_regex() ? 1 : 0; });
    }
    return count;
  }

 private:
  /// The ellipsis stands for all fields that the other slots leave over.
  std::size_t field_of(std::size_t slot, std::size_t fields) const {
    return ellipsis_ && slot >= *ellipsis_ ? slot + fields - slots_.size() : slot;
  }

  std::vector<Slot> slots_;
  std::optional<std::size_t> ellipsis_;  ///< Before which slot.
};

bool is_name(char c) { return is_alphanumeric(c) || c == '_' || c == '-'; }

std::string_view take_name(PatternCursor& cursor) {
  const std::size_t start = cursor.offset();
  while (is_name(cursor.peek())) cursor.advance();
  return cursor.from(start);
}

Result<Slot> parse_slot(PatternCursor& cursor) {
  Slot slot;
  const std::size_t start = cursor.offset();
  PatternCursor ahead = cursor;
  while (ahead.take("(")) ahead.skip_blanks();
  slot.name = take_name(ahead);
  ahead.skip_blanks();
  if (ahead.at_end() || ahead.peek() == ',' || ahead.peek() == ']') {
    if (cursor.peek() == '(') return PatternCursor::fail_at(start, "expected an operator");
    cursor = ahead;
    return slot;
  }
  if (slot.name.empty()) return PatternCursor::fail_at(start, "expected a field name");
  const auto parse_test = [&](PatternCursor& at) -> Result<ValueCondition> {
    const std::size_t name_at = at.offset();
    if (take_name(at) != slot.name) {
      return PatternCursor::fail_at(name_at, "expected the field name '" + slot.name + "'");
    }
    at.skip_blanks();
    return ValueCondition::parse(at, kStops);
  };
  slot.conditions = TRACERY_TRY(parse_conditions<ValueCondition>(cursor, parse_test));
  return slot;
}

}  // namespace

std::vector<std::string_view> split_fields(std::string_view message) {
  constexpr std::string_view kBlanks = " \t\r\n";
  std::vector<std::string_view> fields;
  std::size_t at = message.find_first_not_of(kBlanks);
  while (at != std::string_view::npos) {
    const char open = message[at];
    std::size_t end = std::string_view::npos;
    if (open == '"' || open == '[') end = message.find(open == '"' ? '"' : ']', at + 1);
    if (end != std::string_view::npos) {
      fields.push_back(message.substr(at + 1, end - at - 1));
      ++end;
    } else {
      end = std::min(message.find_first_of(kBlanks, at), message.size());
      fields.push_back(message.substr(at, end - at));
    }
    at = message.find_first_not_of(kBlanks, end);
  }
  return fields;
}

Result<std::shared_ptr<const PatternMatcher>> parse_fields_pattern(PatternCursor& cursor) {
  std::vector<Slot> slots;
  std::optional<std::size_t> ellipsis;
  cursor.take("[");
  cursor.skip_blanks();
  if (cursor.take("]")) ellipsis = 0;
  for (bool more = !ellipsis; more;) {
    cursor.skip_blanks();
    if (cursor.take("...")) {
      if (ellipsis) return cursor.fail("more than one '...'");
      ellipsis = slots.size();
    } else {
      slots.push_back(TRACERY_TRY(parse_slot(cursor)));
    }
    cursor.skip_blanks();
    more = cursor.take(",");
    if (!more && !cursor.take("]")) return cursor.fail("expected ',' or ']'");
  }
  return std::shared_ptr<const PatternMatcher>(
      std::make_shared<FieldsPattern>(std::move(slots), ellipsis));
}

}  // namespace tracery::cwlogs
