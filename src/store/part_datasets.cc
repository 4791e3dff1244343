// SPDX-License-Identifier: Apache-2.0
#include "store/part_datasets.h"

#include <algorithm>

namespace tracery::store {

void PartDatasets::set_names(std::span<const std::string_view> names) {
  for (const std::string_view name : names) facts_.push_back({std::string(name)});
  seen_.resize(names.size());
}

void PartDatasets::add_group(std::uint32_t group, std::span<const std::uint32_t> codes) {
  const std::size_t first = std::size_t{group} * kRowGroupRows;
  begin_stream();
  group_codes_.emplace_back();
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::uint32_t code = codes[i];
    DatasetFacts& facts = facts_[code - 1];
    const std::int64_t time = order_.times[first + i];
    facts.min_time_ns = facts.rows == 0 ? time : std::min(facts.min_time_ns, time);
    facts.max_time_ns = facts.rows == 0 ? time : std::max(facts.max_time_ns, time);
    ++facts.rows;
    if (!seen_[code - 1]) group_codes_.back().push_back(code);
    see(code);
  }
  row_codes_.insert(row_codes_.end(), codes.begin(), codes.end());
}

void PartDatasets::begin_stream() {
  seen_.assign(facts_.size(), false);
  unseen_ = facts_.size();
}

void PartDatasets::see(std::uint32_t code) {
  if (seen_[code - 1]) return;
  seen_[code - 1] = true;
  --unseen_;
}

void PartDatasets::note(std::uint32_t group, const PackedColumn& column) {
  if (unseen_ == 0) return;
  if (column.is_full() || group_codes_[group].size() == 1) {
    for (const std::uint32_t code : group_codes_[group]) see(code);
    return;
  }
  const std::uint32_t* codes = row_codes_.data() + std::size_t{group} * kRowGroupRows;
  for (const std::uint32_t row : column.rows) see(codes[row]);
}

void PartDatasets::end_stream(std::uint32_t stream) {
  for (std::size_t d = 0; d < facts_.size(); ++d) {
    if (seen_[d]) facts_[d].streams.push_back(stream);
  }
}

}  // namespace tracery::store
