// SPDX-License-Identifier: Apache-2.0
#include "query/filter_value.h"

#include "query/canonical.h"
#include "query/predicate.h"

namespace tracery::query {
namespace {

bool is_in_bounds(const NumericBounds& bounds, const model::Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return *whole >= bounds.int_low && *whole <= bounds.int_high;
  }
  const auto* real = std::get_if<double>(&value);
  return real != nullptr && *real >= bounds.double_low && *real <= bounds.double_high;
}

}  // namespace

bool matches(const Filter& filter, const model::Value& value) {
  const Predicate predicate = Predicate::from(filter);
  if (std::holds_alternative<std::monostate>(value)) return predicate.negated;
  const bool is_positive = predicate.kind == Predicate::Kind::kRange
                               ? is_in_bounds(predicate.bounds, value)
                               : predicate.accepts(canonical_text(value));
  return is_positive != predicate.negated;
}

std::string value_text(const model::Value& value) { return canonical_text(value); }

}  // namespace tracery::query
