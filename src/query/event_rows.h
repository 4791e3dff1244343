// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "store/row_source.h"

namespace tracery::query {

/// Reads whole events back from rows of one row group and appends them to `out`, in the order of
/// `rows`. `columns` names the fields wanted; empty means all, by name. Ids read as hex.
Status read_events(const store::RowSource& source, std::uint32_t group,
                   const std::vector<std::uint32_t>& rows, const std::vector<std::string>& columns,
                   std::vector<model::Event>& out);

}  // namespace tracery::query
