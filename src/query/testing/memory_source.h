// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/event.h"
#include "store/row_source.h"

namespace tracery::query {

/// How events are laid out; the choices that are random follow from the seed.
struct MemoryLayout {
  std::uint32_t group_rows = 1024;
  std::size_t sources = 1;
  bool shuffle = false;        ///< Rows in random order over the sources.
  bool ids_as_bytes = true;    ///< Strings of 16 or 32 hex digits become ids, at random or not.
  bool random_shapes = false;  ///< Code widths, dictionaries, missing zone bounds by chance.
  std::uint64_t seed = 1;
};

/// Sources, in memory, that hold the events: every shape that ColumnVector allows.
store::Snapshot make_memory_snapshot(const std::vector<model::Event>& events,
                                     const MemoryLayout& layout = {});

}  // namespace tracery::query
