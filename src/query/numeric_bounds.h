// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "model/value.h"
#include "query/spec.h"

namespace tracery::query {

/// The ints and the doubles that a comparison with a constant accepts, as closed intervals. Empty
/// when low > high. Exact for constants that only one of the two types can hold.
struct NumericBounds {
  std::int64_t int_low = 1, int_high = 0;
  double double_low = 1, double_high = 0;
};

/// A constant as a number: ints and doubles as they are, strings when all of the text is a number.
std::optional<std::variant<std::int64_t, double>> to_number(const model::Value& constant);

/// `op` is one of > >= < <=. Nothing is accepted when the constant is no number.
NumericBounds bounds_of(FilterOp op, const model::Value& constant);

}  // namespace tracery::query
