// SPDX-License-Identifier: Apache-2.0
#include "query/trace_rows.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "base/hash.h"
#include "store/trace_index.h"

namespace tracery::query {
namespace {

using store::StreamType;

/// Rows of the candidate ranges that really hold the id.
std::vector<std::uint32_t> confirm_rows(std::span<const VectorPtr> vectors,
                                        const std::vector<store::RowRange>& ranges,
                                        const model::TraceId& id) {
  std::vector<std::uint32_t> rows;
  for (const VectorPtr& vector : vectors) {
    for (const store::RowRange& range : ranges) {
      for (std::uint32_t row = range.first_row; row < range.first_row + range.rows; ++row) {
        if (trace_id_at(*vector, row) == id) rows.push_back(row);
      }
    }
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

}  // namespace

model::Value value_at(std::span<const VectorPtr> vectors, std::uint32_t row) {
  for (const VectorPtr& vector : vectors) {
    if (vector->is_present(row)) return value_at(*vector, row);
  }
  return {};
}

std::uint64_t id_at(std::span<const VectorPtr> vectors, std::uint32_t row) {
  for (const VectorPtr& vector : vectors) {
    if (!vector->is_present(row)) continue;
    if (vector->type == StreamType::kId8) {
      return __builtin_bswap64(vector->as<std::uint64_t>()[row]);
    }
    const model::Value value = value_at(*vector, row);
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? 0 : hash64(*text);
  }
  return 0;
}

std::optional<model::TraceId> trace_id_at(const store::ColumnVector& vector, std::uint32_t row) {
  if (!vector.is_present(row)) return std::nullopt;
  if (vector.type == StreamType::kString) {
    return store::trace_key_of(vector.dictionary->at(vector.code(row) - 1));
  }
  const bool is_short = vector.type == StreamType::kId8;
  if (!is_short && vector.type != StreamType::kId16) return std::nullopt;
  const std::size_t bytes = is_short ? 8 : 16;
  model::TraceId id;
  std::memcpy(id.bytes.data() + (16 - bytes), vector.data.data() + row * bytes, bytes);
  return id;
}

Status visit_trace(const store::Snapshot& snapshot, const model::TraceId& id,
                   const std::vector<std::string>& columns, const RunOptions& options,
                   const std::function<Status(const TraceGroup&)>& visit) {
  GroupReader reader(&columns);
  for (std::uint32_t index = 0; index < snapshot.sources.size(); ++index) {
    const auto& source = snapshot.sources[index];
    std::map<std::uint32_t, std::vector<store::RowRange>> by_group;
    for (const store::RowRange& range : TRACERY_TRY(source->find_trace(id))) {
      by_group[range.group].push_back(range);
    }
    for (const auto& [group, ranges] : by_group) {
      if (options.cancel != nullptr && *options.cancel) {
        return Error{ErrorCode::kCancelled, "query cancelled"};
      }
      reader.start(source, group);
      auto rows = confirm_rows(TRACERY_TRY(reader.vectors(0)), ranges, id);
      if (!rows.empty()) TRACERY_TRY(visit({reader, index, std::move(rows)}));
    }
  }
  return {};
}

}  // namespace tracery::query
