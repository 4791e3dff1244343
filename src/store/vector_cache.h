// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"
#include "store/column_vector.h"

namespace tracery::store {

/// Decoded column vectors, least recently used out first, capped by bytes. Thread-safe.
class VectorCache {
 public:
  struct Key {
    std::uint64_t part = 0;  ///< Unique per opened part, never reused in a process.
    std::uint32_t stream = 0;
    std::uint32_t group = 0;
    bool operator==(const Key&) const = default;
  };
  using Vector = std::shared_ptr<const ColumnVector>;

  explicit VectorCache(std::size_t bytes_max);
  ~VectorCache();

  /// The cached vector, or the one `load` makes. Two threads may load the same key at once; both
  /// results are right.
  Result<Vector> get(const Key& key, const std::function<Result<Vector>()>& load);
  /// Forgets every vector of a part that is gone.
  void forget(std::uint64_t part);
  std::size_t bytes() const;

 private:
  struct Shard;
  std::unique_ptr<Shard[]> shards_;
  std::size_t shard_bytes_max_;
};

}  // namespace tracery::store
