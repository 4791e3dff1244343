// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "store/byte_stream.h"
#include "store/column_vector.h"

/// Fields beyond the limit of columns of a dataset: all those of a row lie in one string of the
/// overflow column, which readers take apart again (overflow_source.h).
///
///   fields = field*
///   field  = name u8:StreamType value          name and kString: varint length, bytes
///   value  = u8 (kBool, 1 or 2) | i64 | f64 | string
namespace tracery::store {

/// No sender can name it: names are valid UTF-8.
inline constexpr std::string_view kOverflowColumn = "\xFFoverflow";

/// Fields that readers look for by their place (trace index, row order, documents): they always
/// have a column.
bool always_has_column(std::string_view name);

struct OverflowField {
  std::string_view name;
  StreamType type = StreamType::kInt;
  /// The value's bytes as the grammar above has them; for kString without the length.
  std::string_view value;

  template <typename T>
  T number() const {
    T out{};
    std::memcpy(&out, value.data(), sizeof(T));
    return out;
  }
};

/// `value` as a batch holds it: packed, for kString the text itself.
void put_overflow_field(std::string& out, std::string_view name, StreamType type,
                        std::string_view value);

/// Takes the first field off `rest`; false at the end, or where the bytes break the grammar.
bool next_overflow_field(ByteReader& rest, OverflowField& field);

}  // namespace tracery::store
