// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/byte_stream.h"
#include "store/column_vector.h"

namespace tracery::store {

/// Entries of a dictionary that all row groups of a part share; codes fit two bytes.
inline constexpr std::size_t kPartDictionaryEntriesMax = 65'534;
/// Bytes of such a dictionary; beyond, each row group has its own.
inline constexpr std::size_t kPartDictionaryBytesMax = 8 << 20;

/// Strings one after another in one block of memory.
class PackedDictionary final : public StringDictionary {
 public:
  /// `bytes`: as many as the last end says.
  PackedDictionary(std::unique_ptr<const char[]> bytes, std::vector<std::uint32_t> ends)
      : bytes_(std::move(bytes)), ends_(std::move(ends)) {}

  std::uint32_t size() const override { return static_cast<std::uint32_t>(ends_.size()); }
  std::string_view at(std::uint32_t index) const override {
    const std::uint32_t start = index == 0 ? 0 : ends_[index - 1];
    return {bytes_.get() + start, ends_[index] - start};
  }
  std::optional<Packed> packed() const override { return Packed{{bytes_.get(), bytes()}, ends_}; }
  std::size_t memory_bytes() const { return bytes() + ends_.capacity() * 4; }

 private:
  std::size_t bytes() const { return ends_.empty() ? 0 : ends_.back(); }

  std::unique_ptr<const char[]> bytes_;
  std::vector<std::uint32_t> ends_;
};

/// Bytes that a code of a dictionary takes in a ColumnVector.
constexpr std::uint8_t code_bytes_of(std::size_t entries) {
  return entries < 255 ? 1 : entries < 65'535 ? 2 : 4;
}

/// Appends strings that ascend, each without what it shares with the one before.
void put_sorted_strings(std::string& out, std::span<const std::string_view> strings,
                        int zstd_level);
Result<std::shared_ptr<const PackedDictionary>> get_sorted_strings(ByteReader& in);

/// Appends strings in any order. Together they must stay below 4 GiB.
void put_strings(std::string& out, std::span<const std::string_view> strings, int zstd_level);
Result<std::shared_ptr<const PackedDictionary>> get_strings(ByteReader& in,
                                                            std::size_t entries_max);

}  // namespace tracery::store
