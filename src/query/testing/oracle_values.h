// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/event.h"
#include "query/spec.h"

namespace tracery::query::oracle {

/// Wide enough for every int64 and every double.
using Number = long double;

std::string text_of(const model::Value& value);
/// Ints and doubles.
std::optional<Number> number_of(const model::Value& value);
/// The event's value, monostate when absent.
model::Value field_of(const model::Event& event, const std::string& name);
bool keeps(const FilterSet& set, const model::Event& event);
/// The value of a formula; `cells`: by calculation.
Cell formula_value(const FormulaNode& node, const std::vector<Cell>& cells);
/// Absent, booleans, numbers, NaN, strings.
bool comes_before(const model::Value& a, const model::Value& b);

}  // namespace tracery::query::oracle
