// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "store/chunk_codec.h"
#include "store/row_order.h"
#include "store/string_codes.h"

namespace tracery::store {

/// Brings the values of one stream into the order of a part, row group by row group. Each source
/// vector is read once and dropped after the last row group that needs it. A stream that few rows
/// have costs by its values, not by the rows of the part.
class StreamGather {
 public:
  /// `codes` is for strings only. All must outlive the gather.
  StreamGather(const RowOrder& order, const StreamInputs& stream, StringCodes* codes);

  /// Fills `out` with the row group's values. Row groups must be asked for in order, each once.
  /// String codes can be localized until the next call.
  Status gather(std::uint32_t group, PackedColumn& out);

 private:
  struct Loaded {
    std::shared_ptr<const ColumnVector> vector;
    std::vector<std::uint32_t> codes;  ///< Strings: translated.
  };
  struct Scattered {
    std::uint32_t target;  ///< Place in the part.
    std::uint32_t index;   ///< Of the value in `scattered_values_`.
  };

  Result<Loaded> load(std::uint32_t source) const;
  Status load_group(std::uint32_t group);
  void drop_group(std::uint32_t group);
  void gather_dense(std::uint32_t group, PackedColumn& out) const;
  Status scatter_all();
  void take_scattered(std::uint32_t group, PackedColumn& out);

  const RowOrder& order_;
  const StreamInputs& stream_;
  StringCodes* codes_;
  bool sparse_ = false;
  std::vector<Loaded> loaded_;  ///< By source.
  std::vector<Scattered> scattered_;
  PackedColumn scattered_values_;
  std::size_t next_scattered_ = 0;
};

}  // namespace tracery::store
