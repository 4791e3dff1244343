// SPDX-License-Identifier: Apache-2.0
#include "store/batch_summary.h"

#include <span>

#include "base/hex.h"
#include "model/names.h"
#include "store/event_batch_columns.h"

namespace tracery::store {
namespace {

/// Hex of the last id in the column's stream of that type; "" when it has none.
std::string last_id(const EventBatch::Columns& columns, const BatchColumn& column,
                    StreamType type) {
  const std::uint32_t index = column.streams[static_cast<std::size_t>(type)];
  if (index == kNoIndex) return {};
  const BatchStream& stream = columns.streams[index];
  if (stream.count == 0) return {};
  const std::size_t bytes = value_bytes(type);
  const char* last = stream.values.data() + (stream.count - 1) * bytes;
  return to_hex(std::span(reinterpret_cast<const std::uint8_t*>(last), bytes));
}

}  // namespace

BatchSummary summarize(const EventBatch& batch) {
  const EventBatch::Columns& columns = batch.contents();
  BatchSummary summary;
  if (columns.dataset_runs.empty()) return summary;
  summary.dataset = columns.datasets[columns.dataset_runs.back().dataset];
  for (const BatchColumn& column : columns.columns) {
    if (column.name != model::names::kTraceId) continue;
    summary.trace_id = last_id(columns, column, StreamType::kId16);
    if (summary.trace_id.empty()) summary.trace_id = last_id(columns, column, StreamType::kId8);
  }
  return summary;
}

}  // namespace tracery::store
