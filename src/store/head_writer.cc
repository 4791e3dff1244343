// SPDX-License-Identifier: Apache-2.0
#include "store/head_writer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "store/batch_overflow.h"

namespace tracery::store {
namespace {

constexpr std::uint32_t kRowsMax = 1'000'000;
/// kHeadsMax heads' worth of log, 192 MiB decoded, is what a restart replays at most; it also keeps
/// a seal short, which shares the processor with decoding.
constexpr std::uint64_t kPayloadBytesMax = 64ULL << 20;
/// The same for what came compressed, however much memory there is.
constexpr std::size_t kHeadBytesMax = 32ULL << 20;

}  // namespace

HeadWriter::HeadWriter(Options options, LiveCatalogue& catalogue, std::uint64_t log_mark)
    : options_(options),
      catalogue_(catalogue),
      head_(std::make_shared<HeadBlock>()),
      log_mark_(log_mark),
      next_sequence_(log_mark) {}

HeadWriter::Applied HeadWriter::apply(const LogFrame& frame, const EventBatch& batch,
                                      std::int64_t now_ns) {
  if (!has_records()) began_ns_ = now_ns;
  // By receive time, so that a replay drops the same rows.
  const std::int64_t time_min_ns = options_.retention_ns > 0
                                       ? frame.time_ns - options_.retention_ns
                                       : std::numeric_limits<std::int64_t>::min();
  Applied applied;
  const RefusedColumns refused = catalogue_.record(batch.contents(), time_min_ns, frame.time_ns);
  if (refused.empty()) {
    applied.expired = head_->apply(batch.contents(), time_min_ns).expired;
  } else {
    const OverflowedBatch moved = move_to_overflow(batch.contents(), refused);
    applied.expired = head_->apply(*moved.batch, time_min_ns).expired;
    applied.overflowed = moved.values;
  }
  next_sequence_ = frame.sequence + 1;
  payload_bytes_ += frame.payload_bytes_unpacked;
  return applied;
}

bool HeadWriter::is_full() const {
  const std::size_t head_bytes_max = std::min(options_.head_bytes_max, kHeadBytesMax);
  return head_->rows() >= kRowsMax || head_->memory_bytes() >= head_bytes_max ||
         payload_bytes_ >= kPayloadBytesMax;
}

bool HeadWriter::is_old(std::int64_t now_ns) const {
  return has_records() && now_ns - began_ns_ >= options_.seal_after_ns;
}

SealedHead HeadWriter::rotate() {
  SealedHead sealed{std::move(head_), next_sequence_, {}, {}};
  head_ = std::make_shared<HeadBlock>();
  log_mark_ = next_sequence_;
  payload_bytes_ = 0;
  return sealed;
}

}  // namespace tracery::store
