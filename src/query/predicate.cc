// SPDX-License-Identifier: Apache-2.0
#include "query/predicate.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/hex.h"
#include "base/text_search.h"
#include "query/canonical.h"
#include "store/text_words.h"

namespace tracery::query {
namespace {

using store::ColumnVector;
using store::StreamType;

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_any_case(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (to_lower(text[i]) != to_lower(prefix[i])) return false;
  }
  return true;
}

template <typename T>
void sort_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

void add_constant(const model::Value& constant, Predicate* predicate) {
  std::string text = canonical_text(constant);
  const TypedForms forms = forms_of(text);
  if (forms.truth) (*forms.truth ? predicate->accepts_true : predicate->accepts_false) = true;
  if (forms.integer) predicate->integers.push_back(*forms.integer);
  if (forms.number && std::isnan(*forms.number)) predicate->accepts_nan = true;
  if (forms.number && !std::isnan(*forms.number)) predicate->numbers.push_back(*forms.number);
  if (forms.id8) predicate->id8s.push_back(std::bit_cast<std::uint64_t>(*forms.id8));
  if (forms.id16) {
    predicate->id16s.push_back(std::bit_cast<std::array<std::uint64_t, 2>>(*forms.id16));
  }
  predicate->texts.push_back(std::move(text));
}

/// Fewer constants than this are compared one by one, which vectorises; more are looked up.
constexpr std::size_t kCompareMax = 8;

template <typename T>
void test_values(const T* values, const std::vector<T>& accepted, Mask& mask) {
  const std::size_t rows = mask.size();
  if (accepted.size() > kCompareMax) {
    for (std::size_t i = 0; i < rows; ++i) {
      mask[i] = std::binary_search(accepted.begin(), accepted.end(), values[i]);
    }
    return;
  }
  std::fill(mask.begin(), mask.end(), std::uint8_t{0});
  for (const T constant : accepted) {
    for (std::size_t i = 0; i < rows; ++i) mask[i] |= values[i] == constant;
  }
}

void test_nan(const double* values, Mask& mask) {
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] |= values[i] != values[i];
}

template <typename T>
void test_range(const T* values, T low, T high, Mask& mask) {
  std::uint8_t* out = mask.data();
  const std::size_t rows = mask.size();
  for (std::size_t i = 0; i < rows; ++i) {
    out[i] =
        static_cast<std::uint8_t>(values[i] >= low) & static_cast<std::uint8_t>(values[i] <= high);
  }
}

void test_id16(const std::uint64_t* words, const Predicate& predicate, Mask& mask) {
  std::fill(mask.begin(), mask.end(), std::uint8_t{0});
  for (const auto& id : predicate.id16s) {
    for (std::size_t i = 0; i < mask.size(); ++i) {
      const std::uint64_t difference = (words[2 * i] ^ id[0]) | (words[2 * i + 1] ^ id[1]);
      mask[i] |= difference == 0;
    }
  }
}

void test_bool(const std::uint8_t* slots, bool accepts_false, bool accepts_true, Mask& mask) {
  const std::uint8_t table[3] = {0, accepts_false, accepts_true};
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = table[slots[i]];
}

std::string text_at(const ColumnVector& vector, std::uint32_t row) {
  switch (vector.type) {
    case StreamType::kBool: return vector.data[row] == 2 ? "true" : "false";
    case StreamType::kInt: return canonical_text(vector.as<std::int64_t>()[row]);
    case StreamType::kDouble: return canonical_text(vector.as<double>()[row]);
    case StreamType::kId8: return to_hex({vector.data.data() + std::size_t{8} * row, 8});
    case StreamType::kId16: return to_hex({vector.data.data() + std::size_t{16} * row, 16});
    case StreamType::kString: break;
  }
  return std::string(vector.dictionary->at(vector.code(row) - 1));
}

void test_text(const ColumnVector& vector, const Predicate& predicate, Mask& mask) {
  for (std::uint32_t row = 0; row < vector.rows; ++row) {
    mask[row] = vector.is_present(row) && predicate.accepts(text_at(vector, row));
  }
}

void test_typed_values(const ColumnVector& vector, const Predicate& predicate, Mask& mask) {
  switch (vector.type) {
    case StreamType::kBool:
      return test_bool(vector.data.data(), predicate.accepts_false, predicate.accepts_true, mask);
    case StreamType::kInt: return test_values(vector.as<std::int64_t>(), predicate.integers, mask);
    case StreamType::kDouble:
      test_values(vector.as<double>(), predicate.numbers, mask);
      if (predicate.accepts_nan) test_nan(vector.as<double>(), mask);
      return;
    case StreamType::kId8: return test_values(vector.as<std::uint64_t>(), predicate.id8s, mask);
    case StreamType::kId16: return test_id16(vector.as<std::uint64_t>(), predicate, mask);
    case StreamType::kString: return;
  }
}

void test_bounds(const ColumnVector& vector, const NumericBounds& bounds, Mask& mask) {
  if (vector.type == StreamType::kInt) {
    test_range(vector.as<std::int64_t>(), bounds.int_low, bounds.int_high, mask);
  } else if (vector.type == StreamType::kDouble) {
    test_range(vector.as<double>(), bounds.double_low, bounds.double_high, mask);
  } else {
    std::fill(mask.begin(), mask.end(), std::uint8_t{0});
  }
}

template <typename T>
bool meets(const std::vector<T>& sorted, T low, T high) {
  const auto found = std::lower_bound(sorted.begin(), sorted.end(), low);
  return found != sorted.end() && *found <= high;
}

bool has_double_bounds(const store::ZoneMap& zone) {
  return zone.min_double && zone.max_double && *zone.min_double <= *zone.max_double;
}

}  // namespace

Predicate Predicate::from(const Filter& filter) {
  Predicate predicate;
  predicate.column = filter.column;
  switch (filter.op) {
    case FilterOp::kNotExists: predicate.negated = true; [[fallthrough]];
    case FilterOp::kExists: return predicate;
    case FilterOp::kNotEqual:
    case FilterOp::kNotIn: predicate.negated = true; [[fallthrough]];
    case FilterOp::kEqual:
    case FilterOp::kIn:
      predicate.kind = Kind::kValues;
      for (const model::Value& value : filter.values) add_constant(value, &predicate);
      sort_unique(predicate.texts);
      sort_unique(predicate.integers);
      sort_unique(predicate.numbers);
      sort_unique(predicate.id8s);
      sort_unique(predicate.id16s);
      return predicate;
    case FilterOp::kGreater:
    case FilterOp::kGreaterEqual:
    case FilterOp::kLess:
    case FilterOp::kLessEqual:
      predicate.kind = Kind::kRange;
      predicate.bounds = bounds_of(filter.op, filter.values.at(0));
      return predicate;
    case FilterOp::kNotStartsWith: predicate.negated = true; [[fallthrough]];
    case FilterOp::kStartsWith: predicate.text_test = TextTest::kPrefix; break;
    case FilterOp::kNotEndsWith: predicate.negated = true; [[fallthrough]];
    case FilterOp::kEndsWith: predicate.text_test = TextTest::kSuffix; break;
    case FilterOp::kNotContains: predicate.negated = true; [[fallthrough]];
    case FilterOp::kContains: predicate.text_test = TextTest::kSubstring; break;
  }
  predicate.kind = Kind::kText;
  predicate.needle = canonical_text(filter.values.at(0));
  if (predicate.text_test == TextTest::kSubstring) {
    predicate.words = store::inner_words_of(predicate.needle);
  }
  return predicate;
}

Predicate Predicate::of(const TextCondition& condition) {
  Predicate predicate;
  predicate.column = condition.column;
  predicate.kind = Kind::kText;
  predicate.text_test = TextTest::kMatch;
  predicate.match = condition.match;
  predicate.words = condition.match->required_words();
  return predicate;
}

Predicate Predicate::prefix_of_any_case(std::string column, std::string prefix) {
  Predicate predicate;
  predicate.column = std::move(column);
  predicate.kind = Kind::kText;
  predicate.text_test = TextTest::kPrefixAnyCase;
  predicate.needle = std::move(prefix);
  return predicate;
}

bool Predicate::accepts(std::string_view text) const {
  switch (kind) {
    case Kind::kExists: return true;
    case Kind::kValues: return std::binary_search(texts.begin(), texts.end(), text);
    case Kind::kRange: return false;
    case Kind::kText: break;
  }
  switch (text_test) {
    case TextTest::kPrefix: return text.starts_with(needle);
    case TextTest::kSuffix: return text.ends_with(needle);
    case TextTest::kSubstring: return contains_text(text, needle);
    case TextTest::kPrefixAnyCase: return starts_with_any_case(text, needle);
    case TextTest::kMatch: return match->accepts(text);
  }
  return false;
}

bool Predicate::may_accept(StreamType type, const store::ZoneMap& zone) const {
  if (zone.present_rows == 0) return false;
  const bool is_text =
      type == StreamType::kString || type == StreamType::kId8 || type == StreamType::kId16;
  if (only_texts && !is_text) return false;
  if (kind == Kind::kRange) {
    if (type == StreamType::kInt) {
      if (bounds.int_low > bounds.int_high) return false;
      return !zone.min_int || !zone.max_int ||
             (*zone.min_int <= bounds.int_high && *zone.max_int >= bounds.int_low);
    }
    if (type != StreamType::kDouble || !(bounds.double_low <= bounds.double_high)) return false;
    return !has_double_bounds(zone) ||
           (*zone.min_double <= bounds.double_high && *zone.max_double >= bounds.double_low);
  }
  if (kind != Kind::kValues) return true;
  switch (type) {
    case StreamType::kBool: return accepts_false || accepts_true;
    case StreamType::kString: return !texts.empty();
    case StreamType::kId8: return !id8s.empty();
    case StreamType::kId16: return !id16s.empty();
    case StreamType::kInt:
      return zone.min_int && zone.max_int ? meets(integers, *zone.min_int, *zone.max_int)
                                          : !integers.empty();
    case StreamType::kDouble:
      if (accepts_nan) return true;
      return has_double_bounds(zone) ? meets(numbers, *zone.min_double, *zone.max_double)
                                     : !numbers.empty();
  }
  return true;
}

void Predicate::test(const ColumnVector& vector, Mask& mask) const {
  mask.resize(vector.rows);
  switch (kind) {
    case Kind::kExists:
      if (vector.type == StreamType::kBool) {
        test_bool(vector.data.data(), true, true, mask);
      } else {
        std::fill(mask.begin(), mask.end(), std::uint8_t{1});
      }
      break;
    case Kind::kValues: test_typed_values(vector, *this, mask); break;
    case Kind::kRange: test_bounds(vector, bounds, mask); break;
    case Kind::kText: return test_text(vector, *this, mask);
  }
  if (vector.type != StreamType::kBool) and_present(mask, vector.present);
}

}  // namespace tracery::query
