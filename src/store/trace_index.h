// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/trace_id.h"
#include "store/bloom.h"

namespace tracery::store {

/// The key that the store files a trace under when its id came as text: the id the text stands
/// for, or a hash of a text that is no id. Never the all-zero id.
model::TraceId trace_key_of(std::string_view text);

/// The rows of one trace in a part; they lie one after another.
struct TraceRows {
  model::TraceId id;
  std::uint64_t first_row = 0;
  std::uint32_t rows = 0;
};

/// The parts of a trace index as they go to a file.
struct EncodedTraceIndex {
  std::string bloom;
  /// Which traces each bucket holds, and where it lies in `buckets`.
  std::string directory;
  std::string buckets;
};
EncodedTraceIndex encode_trace_index(std::span<const TraceRows> traces, int zstd_level);

/// The part of a trace index that stays in memory: says whether a trace may be there, and which
/// buckets to read.
class TraceIndex {
 public:
  struct Bucket {
    std::uint32_t first_fingerprint = 0;
    std::uint32_t traces = 0;
    std::uint64_t offset = 0;  ///< Within the encoded buckets.
    std::uint32_t bytes = 0;
  };

  static Result<TraceIndex> parse(std::string_view bloom, std::string_view directory);

  bool may_contain(const model::TraceId& id) const;
  /// Buckets that may name the trace: at most one unless fingerprints collide at its edge.
  std::vector<Bucket> buckets_of(const model::TraceId& id) const;

 private:
  TraceIndex(SplitBlockBloom bloom, std::vector<Bucket> buckets)
      : bloom_(std::move(bloom)), buckets_(std::move(buckets)) {}

  SplitBlockBloom bloom_;
  std::vector<Bucket> buckets_;
};

/// Adds the rows that a bucket's bytes name for the trace; `id` of the found is not set.
Status find_in_bucket(std::string_view bytes, const TraceIndex::Bucket& bucket,
                      const model::TraceId& id, std::vector<TraceRows>& found);

}  // namespace tracery::store
