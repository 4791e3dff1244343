// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "store/column_vector.h"

namespace tracery::store {

struct ColumnInfo {
  std::uint8_t types = 0;  ///< Bit t is set when a value of StreamType t was stored.
  std::int64_t first_written_ns = 0;
  std::int64_t last_written_ns = 0;  ///< Receive time, not event time.

  bool has(StreamType type) const { return (types >> static_cast<unsigned>(type) & 1) != 0; }
};

struct DatasetInfo {
  std::uint64_t rows = 0;
  std::int64_t first_written_ns = 0;
  std::int64_t last_written_ns = 0;
  std::int64_t min_time_ns = 0;
  std::int64_t max_time_ns = 0;
  std::map<std::string, ColumnInfo, std::less<>> columns;
};

/// Which columns each dataset has: for column lists and completion, without touching parts.
struct Catalogue {
  std::map<std::string, DatasetInfo, std::less<>> datasets;
};

}  // namespace tracery::store
