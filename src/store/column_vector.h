// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tracery::store {

/// A column is a name; it owns one stream per type it was ever sent as. A row sets at most one
/// stream of a column. The numbers are part of the file format.
enum class StreamType : std::uint8_t {
  kBool = 0,
  kInt = 1,
  kDouble = 2,
  kString = 3,
  kId8 = 4,   ///< 8 bytes; reads as the string of their 16 hex digits.
  kId16 = 5,  ///< 16 bytes; reads as the string of their 32 hex digits.
};
inline constexpr std::size_t kStreamTypes = 6;

/// Immutable list of strings that codes point into. Entries may repeat and are in no order that a
/// reader may rely on. Thread-safe.
class StringDictionary {
 public:
  virtual ~StringDictionary() = default;
  virtual std::uint32_t size() const = 0;
  /// Valid as long as the dictionary.
  virtual std::string_view at(std::uint32_t index) const = 0;

  /// Entries one after another, so that all can be searched at once.
  struct Packed {
    std::string_view bytes;
    std::span<const std::uint32_t> ends;  ///< Of each entry in the bytes.
  };
  /// Nothing when the entries do not lie like that.
  virtual std::optional<Packed> packed() const { return std::nullopt; }
};

/// The values of one stream in one row group, one slot per row (aligned, never packed). Immutable
/// once built, shared between queries.
///
///   kString  code per row in `code_bytes` bytes: 0 is absent, c > 0 is dictionary entry c - 1
///   kBool    one byte per row: 0 absent, 1 false, 2 true
///   kInt     int64 per row; kDouble: double; kId8: 8 bytes; kId16: 16 bytes. `present` says which
///            slots hold a value; the others are zero.
struct ColumnVector {
  StreamType type = StreamType::kInt;
  std::uint8_t code_bytes = 0;  ///< 1, 2 or 4; kString only.
  std::uint32_t rows = 0;
  /// Bit r of word r/64; empty when every row has a value. Unused for kString and kBool.
  std::vector<std::uint64_t> present;
  std::vector<std::uint8_t> data;
  /// kString only. One per part where values repeat, else one per row group: compare the pointer
  /// to know whether work done per entry can be reused.
  std::shared_ptr<const StringDictionary> dictionary;

  bool is_present(std::uint32_t row) const {
    switch (type) {
      case StreamType::kString: return code(row) != 0;
      case StreamType::kBool: return data[row] != 0;
      default: return present.empty() || (present[row / 64] >> (row % 64) & 1) != 0;
    }
  }
  /// kString: 0 when absent, else dictionary index + 1.
  std::uint32_t code(std::uint32_t row) const {
    switch (code_bytes) {
      case 1: return data[row];
      case 2: return as<std::uint16_t>()[row];
      default: return as<std::uint32_t>()[row];
    }
  }
  /// The slots as an array of their own type. `data` is aligned by the allocator to 16 bytes.
  template <typename T>
  const T* as() const {
    return reinterpret_cast<const T*>(data.data());
  }
  std::size_t memory_bytes() const {
    return sizeof(ColumnVector) + data.capacity() + present.capacity() * 8;
  }
};

}  // namespace tracery::store
