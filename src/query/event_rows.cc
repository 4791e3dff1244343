// SPDX-License-Identifier: Apache-2.0
#include "query/event_rows.h"

#include <algorithm>

#include "query/trace_rows.h"

namespace tracery::query {
namespace {

Result<VectorPtr> read_field(const store::RowSource& source, std::uint32_t group,
                             store::RowField field) {
  return source.read(source.row_field(field).id, group);
}

/// The streams of a column that have a value in the group.
Result<std::vector<VectorPtr>> read_column(const store::RowSource& source, std::uint32_t group,
                                           const std::string& name) {
  std::vector<VectorPtr> vectors;
  for (const store::StreamRef& stream : source.streams(name)) {
    if (source.zone(stream.id, group).present_rows == 0) continue;
    vectors.push_back(TRACERY_TRY(source.read(stream.id, group)));
  }
  return vectors;
}

}  // namespace

Status read_events(const store::RowSource& source, std::uint32_t group,
                   const std::vector<std::uint32_t>& rows, const std::vector<std::string>& columns,
                   std::vector<model::Event>& out) {
  if (rows.empty()) return {};
  const VectorPtr times = TRACERY_TRY(read_field(source, group, store::RowField::kTime));
  const VectorPtr datasets = TRACERY_TRY(read_field(source, group, store::RowField::kDataset));
  const VectorPtr rates = TRACERY_TRY(read_field(source, group, store::RowField::kSampleRate));
  const std::size_t first = out.size();
  for (const std::uint32_t row : rows) {
    model::Event event;
    event.dataset = datasets->dictionary->at(datasets->code(row) - 1);
    event.time_ns = times->as<std::int64_t>()[row];
    event.sample_rate = static_cast<std::uint32_t>(rates->as<std::int64_t>()[row]);
    out.push_back(std::move(event));
  }
  auto names = columns.empty() ? source.columns() : columns;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    const auto vectors = TRACERY_TRY(read_column(source, group, name));
    if (vectors.empty()) continue;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      model::Value value = value_at(vectors, rows[i]);
      if (std::holds_alternative<std::monostate>(value)) continue;
      out[first + i].fields.push_back({name, std::move(value)});
    }
  }
  return {};
}

}  // namespace tracery::query
