// SPDX-License-Identifier: Apache-2.0
#include "query/value_table.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/hex.h"

namespace tracery::query {
namespace {

using store::ColumnVector;
using store::StreamType;

/// One form for doubles that read the same.
double normalised(double value) {
  if (value == 0) return 0;
  return std::isnan(value) ? std::nan("") : value;
}

/// Calls f(position, row) for the rows where the vector has a value.
template <typename F>
void for_each_listed(const ColumnVector& vector, const std::uint32_t* rows, std::uint32_t count,
                     F&& f) {
  const bool dense = vector.present.empty() && vector.type != StreamType::kBool;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t row = rows == nullptr ? i : rows[i];
    if (dense || vector.is_present(row)) f(i, row);
  }
}

}  // namespace

ValueTable::ValueTable() {
  keys_.find_or_add(kAbsentKey);
  values_.emplace_back();
}

std::uint32_t ValueTable::add(const ValueKey& key, model::Value value) {
  const std::uint32_t number = keys_.find_or_add(key);
  if (number == values_.size()) {
    if (const auto* text = std::get_if<std::string>(&value)) text_bytes_ += text->capacity();
    values_.push_back(std::move(value));
  } else if (value.index() < values_[number].index()) {
    values_[number] = std::move(value);
  }
  return number;
}

std::uint32_t ValueTable::number_of_code(std::uint32_t code) {
  const std::string_view text = dictionary_->at(code - 1);
  by_code_[code] = add(key_of(text), std::string(text));
  return by_code_[code];
}

std::uint32_t ValueTable::number_of_word(StreamType type, std::uint64_t word) {
  Words& words = type == StreamType::kInt ? ints_ : type == StreamType::kDouble ? doubles_ : id8s_;
  const std::uint32_t at = words.index.find_or_add(word);
  if (at < words.numbers.size()) return words.numbers[at];
  std::uint32_t number = 0;
  if (type == StreamType::kInt) {
    const auto value = std::bit_cast<std::int64_t>(word);
    number = add(key_of(value), value);
  } else if (type == StreamType::kDouble) {
    const double value = normalised(std::bit_cast<double>(word));
    number = add(key_of(value), value);
  } else {
    std::uint8_t bytes[8];
    std::memcpy(bytes, &word, 8);
    number = add(key_of_id8(bytes), to_hex(bytes));
  }
  words.numbers.push_back(number);
  return number;
}

template <typename Code>
void ValueTable::number_codes(const Code* codes, const std::uint32_t* rows, std::uint32_t count,
                              std::uint32_t* out) {
  const std::uint32_t* known = by_code_.data();
  if (rows == nullptr) {
    for (std::uint32_t i = 0; i < count; ++i) out[i] = known[codes[i]];
  } else {
    for (std::uint32_t i = 0; i < count; ++i) out[i] = known[codes[rows[i]]];
  }
  // A 0 is an absent value, or one of a code that was not yet asked for.
  if (std::find(out, out + count, 0U) == out + count) return;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (out[i] != 0) continue;
    const std::uint32_t code = codes[rows == nullptr ? i : rows[i]];
    if (code != 0) out[i] = by_code_[code] != 0 ? by_code_[code] : number_of_code(code);
  }
}

void ValueTable::number_strings(const ColumnVector& vector, const std::uint32_t* rows,
                                std::uint32_t count, std::uint32_t* out) {
  if (dictionary_ != vector.dictionary) {
    dictionary_ = vector.dictionary;
    by_code_.assign(std::size_t{dictionary_->size()} + 1, 0);
  }
  switch (vector.code_bytes) {
    case 1: return number_codes(vector.data.data(), rows, count, out);
    case 2: return number_codes(vector.as<std::uint16_t>(), rows, count, out);
    default: return number_codes(vector.as<std::uint32_t>(), rows, count, out);
  }
}

void ValueTable::number_rows(std::span<const VectorPtr> vectors, const std::uint32_t* rows,
                             std::uint32_t count, std::uint32_t* out) {
  // Strings write every slot, so they come first.
  const auto strings = std::find_if(vectors.begin(), vectors.end(), [](const VectorPtr& vector) {
    return vector->type == StreamType::kString;
  });
  if (strings != vectors.end()) {
    number_strings(**strings, rows, count, out);
  } else {
    std::fill_n(out, count, 0U);
  }
  for (const VectorPtr& pointer : vectors) {
    const ColumnVector& vector = *pointer;
    if (vector.type == StreamType::kString) continue;
    if (vector.type == StreamType::kBool) {
      for_each_listed(vector, rows, count, [&](std::uint32_t i, std::uint32_t row) {
        const bool truth = vector.data[row] == 2;
        out[i] = add(key_of(truth), truth);
      });
    } else if (vector.type == StreamType::kId16) {
      for_each_listed(vector, rows, count, [&](std::uint32_t i, std::uint32_t row) {
        const std::uint8_t* id = vector.data.data() + std::size_t{16} * row;
        const ValueKey key = key_of_id16(id);
        const std::uint32_t known = keys_.find(key);
        out[i] = known != keys_.kNone ? known : add(key, to_hex({id, 16}));
      });
    } else {
      const auto* words = vector.as<std::uint64_t>();
      for_each_listed(vector, rows, count, [&](std::uint32_t i, std::uint32_t row) {
        out[i] = number_of_word(vector.type, words[row]);
      });
    }
  }
}

std::size_t ValueTable::memory_bytes() const {
  std::size_t bytes = keys_.memory_bytes() + values_.capacity() * sizeof(model::Value) +
                      text_bytes_ + by_code_.capacity() * sizeof(std::uint32_t);
  for (const Words* words : {&ints_, &doubles_, &id8s_}) {
    bytes += words->index.memory_bytes() + words->numbers.capacity() * sizeof(std::uint32_t);
  }
  return bytes;
}

}  // namespace tracery::query
