// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "store/part.h"

namespace tracery::store {

/// The rows of one row group that removals name.
class LeftOut {
 public:
  static Result<LeftOut> read(const RowSource& source, std::span<const Removal> removals,
                              std::uint32_t group);

  bool has(std::uint32_t row) const { return !rows_.empty() && rows_[row] != 0; }
  std::uint32_t count() const { return count_; }

 private:
  std::vector<std::uint8_t> rows_;  ///< Empty when none is named.
  std::uint32_t count_ = 0;
};

}  // namespace tracery::store
