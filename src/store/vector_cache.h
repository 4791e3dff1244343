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
    std::uint64_t part = 0;  ///< From `next_owner`, one per opened part; 0 is nobody's.
    std::uint32_t stream = 0;
    std::uint32_t group = 0;
    bool operator==(const Key&) const = default;
  };
  using Vector = std::shared_ptr<const ColumnVector>;
  struct Loaded {
    Vector vector;
    /// What the vector holds alone beyond its own memory, such as a dictionary.
    std::size_t extra_bytes = 0;
  };

  /// Never the same twice in a process.
  static std::uint64_t next_owner();

  explicit VectorCache(std::size_t bytes_max);
  ~VectorCache();
  VectorCache(const VectorCache&) = delete;
  VectorCache& operator=(const VectorCache&) = delete;

  /// The cached vector, or the one `load` makes. Two threads may load the same key at once; both
  /// results are right. One that is larger than a shard is not kept.
  Result<Vector> get(const Key& key, const std::function<Result<Loaded>()>& load);
  /// Forgets every vector of a part that is gone.
  void forget(std::uint64_t part);
  std::size_t bytes() const;

 private:
  struct Shard;
  std::unique_ptr<Shard[]> shards_;
  std::size_t shard_bytes_max_;
};

}  // namespace tracery::store
