// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/column_vector.h"

namespace tracery::store {

/// The values of one stream in one row group of a part to be written, without gaps.
struct PackedColumn {
  StreamType type = StreamType::kInt;
  std::uint32_t group_rows = 0;
  std::vector<std::uint32_t> rows;   ///< Which rows have a value; ascending.
  std::vector<std::uint64_t> words;  ///< kInt and kDouble: bits; kId8: one word; kId16: two.
  std::vector<std::uint32_t> codes;  ///< kBool: 0 or 1; kString: dictionary entry + 1.

  bool is_full() const { return rows.size() == group_rows; }
  void clear() {
    rows.clear();
    words.clear();
    codes.clear();
  }
};

/// Appends which rows have a value; not needed when all have.
void put_presence(std::string& out, const PackedColumn& column, int zstd_level);

/// Appends the values. Strings: their codes of the part's dictionary.
void put_values(std::string& out, const PackedColumn& column, int zstd_level);

/// Appends strings with a dictionary of their own; `column.codes` name its entries.
void put_local_strings(std::string& out, const PackedColumn& column,
                       std::span<const std::string_view> entries, int zstd_level);

/// Appends kId8 ids that are mostly `span_ids` of other rows of the group as distances to those.
void put_parents(std::string& out, const PackedColumn& column, const PackedColumn& span_ids,
                 int zstd_level);

/// A chunk as it stands in the file, and what its values lean on.
struct ChunkView {
  StreamType type = StreamType::kInt;
  std::uint32_t group_rows = 0;
  std::uint32_t present_rows = 0;
  std::string_view presence;  ///< Empty when every row has a value.
  std::string_view values;
  /// Gives the part's dictionary of the stream; for kString.
  std::function<Result<std::shared_ptr<const StringDictionary>>()> dictionary;
  /// Gives the span ids of the row group; for parent ids.
  std::function<Result<std::shared_ptr<const ColumnVector>>()> span_ids;
};

struct DecodedChunk {
  std::shared_ptr<ColumnVector> vector;
  std::size_t own_dictionary_bytes = 0;  ///< Of a dictionary that only this vector has.
};

/// kCorrupt when the bytes break the grammar, kUnsupported for an encoding not known.
Result<DecodedChunk> decode_chunk(const ChunkView& chunk);

/// A vector without any value.
std::shared_ptr<ColumnVector> absent_vector(StreamType type, std::uint32_t rows);

/// Names the encoding of a values section, for people.
std::string describe_values(StreamType type, std::string_view values);

}  // namespace tracery::store
