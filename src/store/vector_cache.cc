// SPDX-License-Identifier: Apache-2.0
#include "store/vector_cache.h"

#include <atomic>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/hash.h"

namespace tracery::store {
namespace {

/// Few enough that a shard of a small cache still holds whole vectors of 256 KiB.
constexpr std::size_t kShards = 8;

struct KeyHash {
  std::size_t operator()(const VectorCache::Key& key) const {
    return mix64(key.part * 0x9e3779b97f4a7c15ULL ^ (std::uint64_t{key.stream} << 32 | key.group));
  }
};

}  // namespace

struct VectorCache::Shard {
  struct Entry {
    Key key;
    Vector vector;
    std::size_t bytes;
  };
  using Order = std::list<Entry>;

  void erase(Order::iterator entry) {
    bytes -= entry->bytes;
    by_key.erase(entry->key);
    order.erase(entry);
  }

  std::mutex mutex;  ///< Guards all below.
  Order order;       ///< Most recently used first.
  std::unordered_map<Key, Order::iterator, KeyHash> by_key;
  std::size_t bytes = 0;
};

VectorCache::VectorCache(std::size_t bytes_max)
    : shards_(std::make_unique<Shard[]>(kShards)), shard_bytes_max_(bytes_max / kShards) {}

VectorCache::~VectorCache() = default;

Result<VectorCache::Vector> VectorCache::get(const Key& key,
                                             const std::function<Result<Loaded>()>& load) {
  Shard& shard = shards_[KeyHash{}(key) % kShards];
  {
    const std::lock_guard lock(shard.mutex);
    if (const auto found = shard.by_key.find(key); found != shard.by_key.end()) {
      shard.order.splice(shard.order.begin(), shard.order, found->second);
      return found->second->vector;
    }
  }
  Loaded loaded = TRACERY_TRY(load());
  const std::size_t bytes = loaded.vector->memory_bytes() + loaded.extra_bytes;
  if (bytes > shard_bytes_max_) return std::move(loaded.vector);

  // Freed after the lock is.
  std::list<Shard::Entry> evicted;
  const std::lock_guard lock(shard.mutex);
  if (const auto found = shard.by_key.find(key); found != shard.by_key.end()) {
    return found->second->vector;
  }
  shard.order.push_front({key, loaded.vector, bytes});
  shard.by_key[key] = shard.order.begin();
  shard.bytes += bytes;
  while (shard.bytes > shard_bytes_max_) {
    const auto last = std::prev(shard.order.end());
    shard.bytes -= last->bytes;
    shard.by_key.erase(last->key);
    evicted.splice(evicted.end(), shard.order, last);
  }
  return std::move(loaded.vector);
}

std::uint64_t VectorCache::next_owner() {
  static std::atomic<std::uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);
}

void VectorCache::forget(std::uint64_t part) {
  for (std::size_t s = 0; s < kShards; ++s) {
    Shard& shard = shards_[s];
    const std::lock_guard lock(shard.mutex);
    for (auto entry = shard.order.begin(); entry != shard.order.end();) {
      const auto next = std::next(entry);
      if (entry->key.part == part) shard.erase(entry);
      entry = next;
    }
  }
}

std::size_t VectorCache::bytes() const {
  std::size_t bytes = 0;
  for (std::size_t s = 0; s < kShards; ++s) {
    const std::lock_guard lock(shards_[s].mutex);
    bytes += shards_[s].bytes;
  }
  return bytes;
}

}  // namespace tracery::store
