// SPDX-License-Identifier: Apache-2.0
#include "query/expression.h"

#include <algorithm>

namespace tracery::query {
namespace {

/// Sets `*only` to the one slot that an expression depends on; false when there are several.
bool find_only_slot(const Expression& expression, std::optional<std::size_t>* only) {
  if (expression.kind == Expression::Kind::kSlot) {
    if (*only && **only != expression.slot) return false;
    *only = expression.slot;
  }
  return std::all_of(expression.arguments.begin(), expression.arguments.end(),
                     [&](const Expression& argument) { return find_only_slot(argument, only); });
}

}  // namespace

Expression Expression::of_constant(Datum value) {
  Expression expression;
  expression.constant = value;
  return expression;
}

Expression Expression::of_text(std::string text) {
  Expression expression;
  expression.text = std::make_shared<const std::string>(std::move(text));
  expression.constant = Datum::text(*expression.text);
  return expression;
}

Expression Expression::of_slot(std::size_t slot) {
  Expression expression;
  expression.kind = Kind::kSlot;
  expression.slot = slot;
  return expression;
}

Expression RowProgram::call(ScalarFunction function, std::vector<Expression> arguments) {
  Expression expression;
  expression.kind = Expression::Kind::kCall;
  expression.function = std::move(function);
  expression.arguments = std::move(arguments);
  expression.number = calls++;
  std::optional<std::size_t> only;
  if (find_only_slot(expression, &only)) expression.only_slot = only;
  return expression;
}

std::size_t RowProgram::add_slot(RowSlot slot) {
  slots.push_back(std::move(slot));
  return slots.size() - 1;
}

std::size_t RowProgram::column_slot(const std::string& name) {
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const bool is_plain = slots[i].kind == RowSlot::Kind::kColumn && !slots[i].finder;
    if (is_plain && columns[slots[i].column] == name) return i;
  }
  RowSlot slot;
  slot.kind = RowSlot::Kind::kColumn;
  slot.column = columns.size();
  columns.push_back(name);
  return add_slot(std::move(slot));
}

}  // namespace tracery::query
