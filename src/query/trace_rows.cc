// SPDX-License-Identifier: Apache-2.0
#include "query/trace_rows.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "base/hash.h"
#include "base/hex.h"

namespace tracery::query {
namespace {

using store::ColumnVector;
using store::StreamType;

std::string hex_at(const ColumnVector& vector, std::uint32_t row, std::size_t bytes) {
  return to_hex(std::span(vector.data.data() + row * bytes, bytes));
}

model::Value value_of(const ColumnVector& vector, std::uint32_t row) {
  switch (vector.type) {
    case StreamType::kBool: return vector.data[row] == 2;
    case StreamType::kInt: return vector.as<std::int64_t>()[row];
    case StreamType::kDouble: return vector.as<double>()[row];
    case StreamType::kString: return std::string(vector.dictionary->at(vector.code(row) - 1));
    case StreamType::kId8: return hex_at(vector, row, 8);
    case StreamType::kId16: return hex_at(vector, row, 16);
  }
  return {};
}

/// Rows of the candidate ranges that really hold the id.
std::vector<std::uint32_t> confirm_rows(std::span<const VectorPtr> vectors,
                                        const std::vector<store::RowRange>& ranges,
                                        const model::TraceId& id) {
  std::vector<std::uint32_t> rows;
  for (const VectorPtr& vector : vectors) {
    const bool is_short = vector->type == StreamType::kId8;
    if (!is_short && vector->type != StreamType::kId16) continue;
    const std::size_t bytes = is_short ? 8 : 16;
    const std::uint8_t* wanted = id.bytes.data() + (16 - bytes);
    const bool fits = std::all_of(id.bytes.data(), wanted, [](std::uint8_t b) { return b == 0; });
    if (!fits) continue;
    for (const store::RowRange& range : ranges) {
      for (std::uint32_t row = range.first_row; row < range.first_row + range.rows; ++row) {
        const bool is_it = vector->is_present(row) &&
                           std::memcmp(vector->data.data() + row * bytes, wanted, bytes) == 0;
        if (is_it) rows.push_back(row);
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
    if (vector->is_present(row)) return value_of(*vector, row);
  }
  return {};
}

std::uint64_t id_at(std::span<const VectorPtr> vectors, std::uint32_t row) {
  for (const VectorPtr& vector : vectors) {
    if (!vector->is_present(row)) continue;
    if (vector->type == StreamType::kId8) {
      return __builtin_bswap64(vector->as<std::uint64_t>()[row]);
    }
    const model::Value value = value_of(*vector, row);
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? 0 : hash64(*text);
  }
  return 0;
}

Status visit_trace(
    const store::Snapshot& snapshot, const model::TraceId& id,
    const std::vector<std::string>& columns, const RunOptions& options,
    const std::function<Status(GroupReader&, const std::vector<std::uint32_t>& rows)>& visit) {
  GroupReader reader(&columns);
  for (const auto& source : snapshot.sources) {
    std::map<std::uint32_t, std::vector<store::RowRange>> by_group;
    for (const store::RowRange& range : TRACERY_TRY(source->find_trace(id))) {
      by_group[range.group].push_back(range);
    }
    for (const auto& [group, ranges] : by_group) {
      if (options.cancel != nullptr && *options.cancel) {
        return Error{ErrorCode::kCancelled, "query cancelled"};
      }
      reader.start(source, group);
      const auto rows = confirm_rows(TRACERY_TRY(reader.vectors(0)), ranges, id);
      if (!rows.empty()) TRACERY_TRY(visit(reader, rows));
    }
  }
  return {};
}

}  // namespace tracery::query
