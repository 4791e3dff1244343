// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "store/overflow_fields.h"
#include "store/part.h"
#include "store/part_reader.h"

namespace tracery::store {
namespace {

constexpr std::string_view kFieldNames[] = {"(time)", "(dataset)", "(sample rate)"};

Result<const Part*> as_part(const RowSource& source) {
  if (const auto* part = dynamic_cast<const Part*>(&source)) return part;
  return Error{ErrorCode::kInvalid, "not a part: " + source.name()};
}

/// The encoding of the most chunks.
Result<std::string> usual_encoding(const Part& part, StreamType type,
                                   const std::vector<ChunkFacts>& chunks) {
  std::map<std::string, std::size_t> counts;
  for (const ChunkFacts& chunk : chunks) {
    const std::string values = TRACERY_TRY(part.section(part.in_group(chunk.values, chunk.group)));
    ++counts[describe_values(type, values)];
  }
  const auto usual =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return usual == counts.end() ? std::string("none") : usual->first;
}

}  // namespace

Result<Catalogue> read_part_catalogue(const RowSource& source) {
  const Part* part = TRACERY_TRY(as_part(source));
  const Footer& footer = part->footer();
  const std::string bytes = TRACERY_TRY(part->section(footer.catalogue));
  Catalogue catalogue;
  for (const DatasetFacts& facts : TRACERY_TRY(parse_catalogue(bytes, footer.streams.size()))) {
    DatasetInfo& dataset = catalogue.datasets[facts.name];
    dataset.rows = facts.rows;
    dataset.min_time_ns = facts.min_time_ns;
    dataset.max_time_ns = facts.max_time_ns;
    dataset.first_written_ns = facts.min_time_ns;
    dataset.last_written_ns = facts.max_time_ns;
    for (const std::uint32_t stream : facts.streams) {
      ColumnInfo& column = dataset.columns[footer.streams[stream].column];
      const auto type = static_cast<unsigned>(footer.streams[stream].type);
      column.types = static_cast<std::uint8_t>(column.types | 1U << type);
      column.first_written_ns = facts.min_time_ns;
      column.last_written_ns = facts.max_time_ns;
    }
  }
  return catalogue;
}

Result<std::vector<StreamCost>> explain_part(const RowSource& source) {
  const Part* part = TRACERY_TRY(as_part(source));
  const Footer& footer = part->footer();
  std::set<std::pair<std::uint32_t, std::uint64_t>> counted_presences;
  std::vector<StreamCost> costs;
  for (std::uint32_t s = 0; s < footer.streams.size(); ++s) {
    const StreamFacts& stream = footer.streams[s];
    const StreamDirectory* directory = TRACERY_TRY(part->directory(static_cast<StreamId>(s)));
    StreamCost cost;
    cost.column = s < std::size(kFieldNames) ? kFieldNames[s] : std::string_view(stream.column);
    if (cost.column == kOverflowColumn) cost.column = "(overflow)";
    cost.type = stream.type;
    cost.encoding = TRACERY_TRY(usual_encoding(*part, stream.type, directory->chunks));
    cost.bytes = directory->dictionary.bytes + stream.directory.bytes;
    for (const ChunkFacts& chunk : directory->chunks) {
      cost.present_rows += chunk.present_rows;
      cost.bytes += chunk.values.bytes;
      if (chunk.presence.bytes == 0) continue;
      const bool is_first = counted_presences.emplace(chunk.group, chunk.presence.offset).second;
      if (is_first) cost.bytes += chunk.presence.bytes;
    }
    costs.push_back(std::move(cost));
  }
  return costs;
}

}  // namespace tracery::store
