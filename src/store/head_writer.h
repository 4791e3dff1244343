// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "store/head_block.h"
#include "store/live_catalogue.h"
#include "store/log_format.h"
#include "store/part.h"

namespace tracery::store {

/// Heads in memory at once: one open, the others on their way to parts.
inline constexpr std::size_t kHeadsMax = 3;

/// A head block that takes no more rows, on its way to parts.
struct SealedHead {
  std::shared_ptr<HeadBlock> head;
  /// All log records before this one are in this head or in parts already.
  std::uint64_t log_mark = 0;
  /// What the parts are to be: decided once, so that a part written is still right after a failure.
  std::vector<TimePartition> partitions;
  /// Parts written so far: kept over a failure, so that what follows need not write them again.
  std::vector<PartInfo> parts;
};

/// Puts the log's records into the open head block, in order, and says when it is full. Used by
/// one thread at a time: the one that replays, then the applier.
class HeadWriter {
 public:
  struct Options {
    std::int64_t retention_ns = 0;
    std::int64_t seal_after_ns = 0;
    std::size_t head_bytes_max = 0;
  };

  HeadWriter(Options options, LiveCatalogue& catalogue, std::uint64_t log_mark);

  /// Adds a record's events; `now_ns` is when the head, if empty, began. Readers see them after
  /// `head().publish()`.
  struct Applied {
    std::uint32_t expired = 0;     ///< Events older than retention when they were received.
    std::uint64_t overflowed = 0;  ///< Values of columns beyond the limit of their dataset.
  };
  Applied apply(const LogFrame& frame, const EventBatch& batch, std::int64_t now_ns);

  const std::shared_ptr<HeadBlock>& head() const { return head_; }
  bool has_records() const { return next_sequence_ != log_mark_; }
  /// Over its limit of rows, memory or log.
  bool is_full() const;
  bool is_old(std::int64_t now_ns) const;

  /// Gives the head away and begins another.
  SealedHead rotate();

 private:
  const Options options_;
  LiveCatalogue& catalogue_;
  std::shared_ptr<HeadBlock> head_;
  std::uint64_t log_mark_;       ///< First record that may be in this head.
  std::uint64_t next_sequence_;  ///< After the last record in it.
  std::uint64_t payload_bytes_ = 0;
  std::int64_t began_ns_ = 0;
};

}  // namespace tracery::store
