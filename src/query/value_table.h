// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "model/value.h"
#include "query/batch.h"
#include "query/canonical.h"
#include "query/dense_index.h"

namespace tracery::query {

/// Numbers the values of one breakdown column that selected rows have. Values of the same
/// canonical text are one, shown as the first of bool, int, double, string that occurs; number 0
/// is "absent". Used by one thread.
class ValueTable {
 public:
  ValueTable();

  /// The number of a value.
  std::uint32_t add(const ValueKey& key, model::Value value);

  /// Writes the numbers of the values of `count` rows (all when `rows` is null) to `out`.
  void number_rows(std::span<const VectorPtr> vectors, const std::uint32_t* rows,
                   std::uint32_t count, std::uint32_t* out);

  std::uint32_t size() const { return keys_.size(); }
  const ValueKey& key(std::uint32_t number) const { return keys_.key(number); }
  const model::Value& value(std::uint32_t number) const { return values_[number]; }
  std::size_t memory_bytes() const;

 private:
  template <typename Code>
  void number_codes(const Code* codes, const std::uint32_t* rows, std::uint32_t count,
                    std::uint32_t* out);
  void number_strings(const store::ColumnVector& vector, const std::uint32_t* rows,
                      std::uint32_t count, std::uint32_t* out);
  std::uint32_t number_of_code(std::uint32_t code);
  std::uint32_t number_of_word(store::StreamType type, std::uint64_t word);

  /// Numbers of 8-byte values by their bits, of one stream type.
  struct Words {
    DenseIndex<std::uint64_t> index;
    std::vector<std::uint32_t> numbers;
  };

  DenseIndex<ValueKey> keys_;
  std::vector<model::Value> values_;
  std::size_t text_bytes_ = 0;
  std::shared_ptr<const store::StringDictionary> dictionary_;
  std::vector<std::uint32_t> by_code_;  ///< 0: not yet asked for.
  Words ints_, doubles_, id8s_;
};

}  // namespace tracery::query
