// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "query/mask.h"
#include "query/numeric_bounds.h"
#include "query/spec.h"
#include "query/text_match.h"
#include "store/column_vector.h"
#include "store/row_source.h"

namespace tracery::query {

/// A filter made ready for scanning: its constants in the form of every stream type. Negative
/// operators are the complement of their positive one, so they keep rows without the column.
struct Predicate {
  enum class Kind : std::uint8_t { kExists, kValues, kRange, kText };
  enum class TextTest : std::uint8_t { kPrefix, kSuffix, kSubstring, kPrefixAnyCase, kMatch };

  std::string column;
  bool negated = false;
  Kind kind = Kind::kExists;

  // kValues: the accepted values of each type, sorted.
  std::vector<std::string> texts;
  std::vector<std::int64_t> integers;
  std::vector<double> numbers;
  std::vector<std::uint64_t> id8s;  ///< Bytes in memory order.
  std::vector<std::array<std::uint64_t, 2>> id16s;
  bool accepts_nan = false, accepts_false = false, accepts_true = false;

  bool only_texts = false;  ///< Values of other types are as good as absent.

  NumericBounds bounds;  ///< kRange.

  TextTest text_test = TextTest::kPrefix;  ///< kText, over canonical text.
  std::string needle;
  std::shared_ptr<const TextMatch> match;  ///< Of kMatch.
  /// Words that every accepted text has (store/text_words.h).
  std::vector<std::uint64_t> words;

  static Predicate from(const Filter& filter);
  /// Values whose text starts with `prefix`, ASCII case ignored.
  static Predicate prefix_of_any_case(std::string column, std::string prefix);

  static Predicate of(const TextCondition& condition);

  /// The positive form takes the texts that hold `needle`, which is not empty.
  bool is_substring() const {
    return kind == Kind::kText && text_test == TextTest::kSubstring && !needle.empty();
  }
  /// The positive form, of one string.
  bool accepts(std::string_view text) const;

  /// False when the positive form holds for no row of a stream with these bounds.
  bool may_accept(store::StreamType type, const store::ZoneMap& zone) const;

  /// The positive form over every row of a vector that is not of strings. Sizes `mask`.
  void test(const store::ColumnVector& vector, Mask& mask) const;
};

}  // namespace tracery::query
