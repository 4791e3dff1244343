// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/chunk_codec.h"
#include "store/row_order.h"
#include "store/stream_inputs.h"

namespace tracery::store {

/// A set of strings that numbers them as they come. Views must stay valid.
class DistinctStrings {
 public:
  DistinctStrings() : slots_(256) {}
  /// The string's number; the next free one when it is new.
  std::uint32_t number_of(std::string_view text);
  const std::vector<std::string_view>& strings() const { return strings_; }

 private:
  void grow();

  std::vector<std::uint32_t> slots_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::string_view> strings_;
};

/// Turns the codes that the sources of a string stream use into codes of the part. Work is done
/// per dictionary entry, not per row.
///
/// Where values repeat the stream gets one sorted dictionary of the part, and `translate` gives its
/// codes. Else it gives numbers of entries, and `localize` makes a dictionary for a row group.
class StringCodes {
 public:
  /// Looks at the entries that rows of the part use. `always_shared`: one dictionary at any cost.
  static Result<StringCodes> plan(const RowOrder& order, const StreamInputs& stream,
                                  bool always_shared);

  bool is_shared() const { return shared_; }
  /// The sorted dictionary, when shared.
  std::span<const std::string_view> entries() const { return sorted_; }

  /// The vector of a source when planning has read it already, else nothing.
  std::shared_ptr<const ColumnVector> planned(std::uint32_t source) const;
  /// A code per row, 0 where absent.
  Result<std::vector<std::uint32_t>> translate(const ColumnVector& vector);
  /// Says that no code of the vector is asked for any more.
  void release(const ColumnVector& vector);

  /// Replaces entry numbers by codes of a dictionary of the row group, and gives that.
  std::vector<std::string_view> localize(std::vector<std::uint32_t>& codes);

 private:
  using Dictionary = std::shared_ptr<const StringDictionary>;
  struct Known {
    Dictionary dictionary;
    std::vector<std::uint32_t> codes;  ///< While planning and when shared: by code; 0 is unused.
    std::uint32_t first = 0;           ///< When not shared: number of code 1.
  };

  Known& known(const Dictionary& dictionary);
  void note_rows(const ColumnVector& vector, std::span<const std::uint32_t> targets,
                 DistinctStrings& distinct);
  void share(const DistinctStrings& distinct);
  void drop_plan();
  std::string_view entry(std::uint32_t number) const;

  bool shared_ = false;
  std::uint64_t present_rows_ = 0;
  std::uint64_t entry_bytes_ = 0;
  std::vector<std::string_view> sorted_;
  std::vector<std::shared_ptr<const ColumnVector>> planned_;
  std::unordered_map<const StringDictionary*, Known> known_;
  std::map<std::uint32_t, const StringDictionary*> by_first_;
  std::uint32_t next_number_ = 1;
  std::vector<std::uint32_t> local_codes_;  ///< By entry number; all 0 between calls.
};

}  // namespace tracery::store
