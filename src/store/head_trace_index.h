// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "model/trace_id.h"
#include "store/growing_array.h"

namespace tracery::store {

/// Rows by trace id, for the rows of one head block. One thread adds; any thread looks up, without
/// a lock, and finds every row added before the row count it holds was published.
class HeadTraceIndex {
 public:
  struct Run {
    std::uint32_t row = 0;
    std::uint32_t rows = 0;
  };

  HeadTraceIndex();
  ~HeadTraceIndex();

  /// Rows ascend from call to call.
  void add(const model::TraceId& id, std::uint32_t row);
  /// Runs of rows below `rows_end`, newest first.
  std::vector<Run> find(const model::TraceId& id, std::uint32_t rows_end) const;
  std::size_t memory_bytes() const { return memory_bytes_; }

 private:
  /// Rows side by side of one trace. `rows` grows under readers' eyes, through atomic_ref.
  struct Link {
    std::uint32_t row = 0;
    std::uint32_t rows = 0;
    std::uint32_t previous_plus_1 = 0;
  };
  struct Trace {
    model::TraceId id;
    std::uint32_t last_link_plus_1 = 0;  ///< Through atomic_ref.
  };
  struct Table;

  std::uint32_t trace_of(const model::TraceId& id);
  void grow();

  GrowingArray<Trace> traces_;
  GrowingArray<Link> links_;
  std::atomic<const Table*> table_;
  std::vector<std::unique_ptr<Table>> tables_;  ///< Outgrown ones too: a reader may be in them.
  std::uint32_t last_trace_;
  std::size_t memory_bytes_ = 0;
};

}  // namespace tracery::store
