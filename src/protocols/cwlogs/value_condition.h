// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocols/cwlogs/pattern_cursor.h"
#include "protocols/cwlogs/pattern_regex.h"

namespace tracery::cwlogs {

/// A decimal number that is the whole text.
std::optional<double> parse_number(std::string_view text);

/// What a comparison of a filter pattern asks of one value: `= 4*`, `!= "a b"`, `< 3.5`, `= %\d%`.
class ValueCondition {
 public:
  /// Reads operator and operand. `stops`: what ends an operand without quotes.
  static Result<ValueCondition> parse(PatternCursor& cursor, std::string_view stops);

  /// `number`: of a value that is one. Texts are equal by bytes, `*` outside of quotes standing for
  /// any; numbers also by value. Order is between numbers only.
  bool accepts(std::string_view text, std::optional<double> number) const;

  /// For what has no value: nothing equals it.
  bool accepts_absent() const { return op_ == Op::kNotEqual; }

  /// The text that an accepted value is sure to be; empty when there is no single one.
  std::string_view required_text() const;
  bool has_regex() const { return regex_.has_value(); }

 private:
  enum class Op : std::uint8_t {
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
  };

  static std::optional<Op> take_op(PatternCursor& cursor);
  bool is_equal(std::string_view text, std::optional<double> number) const;

  Op op_ = Op::kEqual;
  std::string text_;
  bool is_wildcard_ = false;
  std::optional<double> number_;
  std::optional<PatternRegex> regex_;
};

}  // namespace tracery::cwlogs
