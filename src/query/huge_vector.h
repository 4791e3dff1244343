// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace tracery::query {

/// Memory for tables that are written all over the place: from 2 MiB on in pages of that size,
/// where the system has them, which spares most of the misses of the address cache.
void* allocate_table(std::size_t bytes);
void free_table(void* table, std::size_t bytes);

template <typename T>
struct TableAllocator {
  using value_type = T;

  TableAllocator() = default;
  template <typename U>
  explicit TableAllocator(const TableAllocator<U>&) {}

  T* allocate(std::size_t n) { return static_cast<T*>(allocate_table(n * sizeof(T))); }
  void deallocate(T* table, std::size_t n) { free_table(table, n * sizeof(T)); }
  bool operator==(const TableAllocator&) const { return true; }
};

template <typename T>
using HugeVector = std::vector<T, TableAllocator<T>>;

}  // namespace tracery::query
