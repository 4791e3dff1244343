// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "model/trace_id.h"

namespace tracery::query {

/// A trace id as two words. Scans compare the ids of every row with their neighbours: as bytes that
/// is a call of memcmp each.
struct TraceIdWords {
  std::uint64_t first = 0, second = 0;

  explicit TraceIdWords(const model::TraceId& id) {
    std::memcpy(&first, id.bytes.data(), sizeof first);
    std::memcpy(&second, id.bytes.data() + sizeof first, sizeof second);
  }
};

inline bool is_same_trace(const model::TraceId& a, const model::TraceId& b) {
  const TraceIdWords x(a);
  const TraceIdWords y(b);
  return ((x.first ^ y.first) | (x.second ^ y.second)) == 0;
}

/// Of rows that are in no trace.
inline bool is_no_trace(const model::TraceId& id) {
  const TraceIdWords words(id);
  return (words.first | words.second) == 0;
}

}  // namespace tracery::query
