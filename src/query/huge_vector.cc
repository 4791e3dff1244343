// SPDX-License-Identifier: Apache-2.0
#include "query/huge_vector.h"

#include <new>
#include <sys/mman.h>

namespace tracery::query {
namespace {

constexpr std::size_t kPageBytes = std::size_t{2} << 20;
constexpr std::align_val_t kPageAlignment{kPageBytes};

}  // namespace

void* allocate_table(std::size_t bytes) {
  if (bytes < kPageBytes) return ::operator new(bytes);
  void* const table = ::operator new(bytes, kPageAlignment);
  // Only advice: without it, or without such pages, the table is as good, only slower. What is
  // left of the last page stays with the allocator.
  static_cast<void>(::madvise(table, bytes / kPageBytes * kPageBytes, MADV_HUGEPAGE));
  return table;
}

void free_table(void* table, std::size_t bytes) {
  if (bytes < kPageBytes) return ::operator delete(table);
  ::operator delete(table, kPageAlignment);
}

}  // namespace tracery::query
