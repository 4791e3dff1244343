// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "model/value.h"

namespace tracery::query {

/// One text per value, whatever stream holds it: what makes values of different types equal in
/// filters and in groups. Booleans are "true" and "false"; a double that is an int64 reads as that
/// int; other doubles read as in JavaScript ("0.0001", "1.5e+21", "NaN", "-Infinity").
std::string canonical_text(std::int64_t value);
std::string canonical_text(double value);
/// "" for monostate; a string is its own text.
std::string canonical_text(const model::Value& value);

/// Stands for a value: two values have the same key when they have the same canonical text.
using ValueKey = Hash128;

ValueKey key_of(bool value);
ValueKey key_of(std::int64_t value);
ValueKey key_of(double value);
ValueKey key_of(std::string_view text);
/// `id`: 8 bytes that read as 16 hex digits.
ValueKey key_of_id8(const std::uint8_t* id);
/// `id`: 16 bytes that read as 32 hex digits.
ValueKey key_of_id16(const std::uint8_t* id);
/// The key of "no value", which groups like one.
inline constexpr ValueKey kAbsentKey{1, 0};

/// The values, at most one per type, that read as `text`.
struct TypedForms {
  std::optional<bool> truth;
  std::optional<std::int64_t> integer;
  std::optional<double> number;  ///< NaN stands for every NaN, 0 for both zeros.
  std::optional<std::array<std::uint8_t, 8>> id8;
  std::optional<std::array<std::uint8_t, 16>> id16;
};
TypedForms forms_of(std::string_view text);

/// True when `value` is a whole number of the int64 range; `*out` is that number.
inline bool to_exact_int(double value, std::int64_t* out) {
  if (!(value >= -0x1p63 && value < 0x1p63)) return false;
  *out = static_cast<std::int64_t>(value);
  return static_cast<double>(*out) == value;
}

/// Orders an int and a double without rounding: negative, 0 or positive. `b` is no NaN.
int compare_exactly(std::int64_t a, double b);

/// Order of groups: absent, false, true, numbers by value (NaN last), strings by bytes. Negative,
/// 0 or positive.
int compare_values(const model::Value& a, const model::Value& b);

}  // namespace tracery::query
