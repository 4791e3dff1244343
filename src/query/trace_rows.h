// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/trace_id.h"
#include "model/value.h"
#include "query/event_reader.h"
#include "query/group_reader.h"
#include "query/run.h"
#include "store/row_source.h"

namespace tracery::query {

/// The value of a column in one row, whatever stream holds it; ids as hex.
model::Value value_at(std::span<const VectorPtr> vectors, std::uint32_t row);

/// An id column's value in one row as a number: the 8 bytes of an id in big-endian order, a hash
/// of ids of any other form. 0 when absent.
std::uint64_t id_at(std::span<const VectorPtr> vectors, std::uint32_t row);

/// The trace a row belongs to, by the trace id column's vector: ids of 8 and 16 bytes as they are,
/// ids kept as text by the key the store indexes them under. Nothing when the row has none.
std::optional<model::TraceId> trace_id_at(const store::ColumnVector& vector, std::uint32_t row);

/// The rows of a trace in one row group.
struct TraceGroup {
  GroupReader& reader;
  std::uint32_t source = 0;         ///< Index into Snapshot::sources.
  std::vector<std::uint32_t> rows;  ///< Ascending.

  RowPlace place(std::uint32_t row) const { return {source, reader.group(), row}; }
};

/// Calls `visit` for each row group that holds rows of the trace. `columns` are what the reader
/// can be asked for; column 0 must be the trace id.
Status visit_trace(const store::Snapshot& snapshot, const model::TraceId& id,
                   const std::vector<std::string>& columns, const RunOptions& options,
                   const std::function<Status(const TraceGroup&)>& visit);

}  // namespace tracery::query
