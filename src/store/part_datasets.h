// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "store/chunk_codec.h"
#include "store/part_format.h"
#include "store/row_order.h"

namespace tracery::store {

/// Collects which dataset has which streams while a part is written.
class PartDatasets {
 public:
  explicit PartDatasets(const RowOrder& order) : order_(order) {}

  /// First the names, by code - 1; then the codes of each row group, in order.
  void set_names(std::span<const std::string_view> names);
  void add_group(std::uint32_t group, std::span<const std::uint32_t> codes);

  /// Then, for each stream: begin, a note for each row group that has it, end with its number.
  void begin_stream();
  void note(std::uint32_t group, const PackedColumn& column);
  void end_stream(std::uint32_t stream);

  const std::vector<DatasetFacts>& facts() const { return facts_; }

 private:
  void see(std::uint32_t code);

  const RowOrder& order_;
  std::vector<DatasetFacts> facts_;
  std::vector<std::uint32_t> row_codes_;                 ///< By place in the part.
  std::vector<std::vector<std::uint32_t>> group_codes_;  ///< Distinct, by row group.
  std::vector<bool> seen_;
  std::size_t unseen_ = 0;
};

}  // namespace tracery::store
