// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tracery::query {

/// How many different hashes were put in: counted up to 65,536, estimated by HyperLogLog with
/// 16,384 registers above (standard error 0.8 %). The answer depends on the set alone.
class DistinctSet {
 public:
  static constexpr std::uint32_t kExactMax = 65'536;

  /// `*bytes` grows by what has to be allocated.
  void insert(std::uint64_t hash, std::size_t* bytes);
  void merge(const DistinctSet& other, std::size_t* bytes);
  std::uint64_t estimate() const;

 private:
  static constexpr unsigned kIndexBits = 14;

  bool insert_exact(std::uint64_t hash);
  void insert_register(std::uint64_t hash);
  void grow(std::size_t* bytes);
  void pour(std::size_t* bytes);
  std::uint64_t estimate_registers() const;

  std::vector<std::uint64_t> table_;  ///< Open addressing; 0 is free.
  std::vector<std::uint8_t> registers_;
  std::uint32_t count_ = 0;
};

}  // namespace tracery::query
