// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/part.h"
#include "store/row_order.h"

namespace tracery::store {

/// One stream of a part to be written, and where the inputs have it.
struct StreamInputs {
  StreamType type = StreamType::kInt;
  std::vector<std::optional<StreamId>> by_input;
  std::vector<std::uint32_t> present_rows;  ///< By source group; taken or not.

  StreamId in(const SourceGroup& source) const { return *by_input[source.input]; }
};

/// The streams of one column by type.
using ColumnInputs = std::map<StreamType, StreamInputs>;

/// All columns of the inputs, by name.
std::map<std::string, ColumnInputs> collect_columns(std::span<const PartInput> inputs,
                                                    const RowOrder& order);

StreamInputs collect_row_field(std::span<const PartInput> inputs, const RowOrder& order,
                               RowField field);

}  // namespace tracery::store
