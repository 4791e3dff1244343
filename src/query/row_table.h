// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "query/datum.h"

namespace tracery::query {

/// Rows held in memory, column by column, with the texts that they point to.
struct RowTable {
  std::size_t rows = 0;
  std::vector<std::vector<Datum>> columns;
  std::shared_ptr<TextArena> texts = std::make_shared<TextArena>();
};

}  // namespace tracery::query
