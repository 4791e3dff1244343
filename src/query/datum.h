// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "query/canonical.h"
#include "store/byte_arena.h"

namespace tracery::query {

/// Keeps texts that data point to.
using TextArena = store::ByteArena;

/// A value of any type in 16 bytes. Texts are borrowed: from a dictionary, a TextArena or the
/// query.
class Datum {
 public:
  enum class Kind : std::uint8_t {
    kNull,
    kTruth,
    kInteger,
    kNumber,
    kTime,  ///< Nanoseconds since the Unix epoch.
    kText,
    kJson,  ///< The text of an object or a list.
  };

  Datum() = default;
  static Datum truth(bool value) { return whole(Kind::kTruth, value ? 1 : 0); }
  static Datum integer(std::int64_t value) { return whole(Kind::kInteger, value); }
  static Datum time(std::int64_t ns) { return whole(Kind::kTime, ns); }
  static Datum number(double value) {
    Datum datum;
    datum.kind_ = Kind::kNumber;
    datum.number_ = value;
    return datum;
  }
  static Datum text(std::string_view text) { return bytes(Kind::kText, text); }
  static Datum json(std::string_view text) { return bytes(Kind::kJson, text); }

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_text() const { return kind_ == Kind::kText || kind_ == Kind::kJson; }
  /// kTruth, kInteger and kTime (ns).
  std::int64_t whole() const { return whole_; }
  /// kNumber.
  double number() const { return number_; }
  /// kText and kJson.
  std::string_view text() const { return {text_, size_}; }

  /// The same with a text that lives in the arena.
  Datum kept_in(TextArena& arena) const;

 private:
  static Datum whole(Kind kind, std::int64_t value) {
    Datum datum;
    datum.kind_ = kind;
    datum.whole_ = value;
    return datum;
  }
  static Datum bytes(Kind kind, std::string_view text) {
    Datum datum;
    datum.kind_ = kind;
    datum.size_ = static_cast<std::uint32_t>(text.size());
    datum.text_ = text.data();
    return datum;
  }

  union {
    std::int64_t whole_ = 0;
    double number_;
    const char* text_;
  };
  std::uint32_t size_ = 0;
  Kind kind_ = Kind::kNull;
};
static_assert(sizeof(Datum) == 16);

/// A decimal number that is the whole text: digits with a sign, a fraction, an exponent.
std::optional<double> parse_decimal(std::string_view text);

/// The datum as a number: times in milliseconds, truths 0 or 1, texts that are decimal numbers.
std::optional<double> number_of(const Datum& datum);

/// "" for null, "1" and "0" for truths, "2026-01-02 03:04:05.678" for times.
std::string_view text_of(const Datum& datum, TextArena& arena);

/// Nothing for null; else whether it is neither zero nor a text other than "true".
std::optional<bool> truth_of(const Datum& datum);

enum class Comparison : std::uint8_t {
  kUnknown,  ///< One of the two is null.
  kLess,
  kEqual,
  kGreater,
  kDifferent,  ///< Not equal, and in no order: a number and a text that is none.
};
/// Numbers by value, also with a text that is a number; texts by bytes; a time with a text by its
/// own text.
Comparison compare(const Datum& a, const Datum& b);

/// Order of rows, of data that are not null: texts that are no numbers before numbers; such texts
/// piece by piece, digits by length and then value. Negative, 0 or positive. 0 only for equal text.
int compare_in_order(const Datum& a, const Datum& b);

/// Stands for a value in groups: equal when texts are.
ValueKey key_of(const Datum& datum);

}  // namespace tracery::query
