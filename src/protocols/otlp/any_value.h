// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Inside this folder, functions that read protobuf bytes throw protozero::exception when the bytes
// are bad; decoder.cc catches it.
namespace tracery::otlp {

/// A submessage, possibly sent in several pieces: protobuf merges a singular submessage that comes
/// twice, and the merge of two messages is one after the other.
class Pieces {
 public:
  Pieces() = default;
  explicit Pieces(std::string_view piece) { add(piece); }

  void add(std::string_view piece) {
    if (count_ == 0) {
      first_ = piece;
    } else {
      rest_.push_back(piece);
    }
    ++count_;
  }
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  std::string_view operator[](std::size_t i) const { return i == 0 ? first_ : rest_[i - 1]; }

 private:
  std::string_view first_;
  std::vector<std::string_view> rest_;
  std::size_t count_ = 0;
};

enum class ValueKind : std::uint8_t { kNone, kString, kBool, kInt, kDouble, kArray, kMap, kBytes };

/// `AnyValue`, one level of it; views point into the body.
struct AnyValue {
  ValueKind kind = ValueKind::kNone;
  bool truth = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text;  ///< kString and kBytes.
  Pieces message;         ///< kArray and kMap.
};

/// `KeyValue`, its value read one level deep.
struct KeyValue {
  std::string_view key;
  AnyValue value;
};

/// Levels of arrays and maps that are kept; deeper ones become null.
inline constexpr int kValueDepthMax = 32;

AnyValue read_any_value(const Pieces& bytes);
KeyValue read_key_value(std::string_view bytes);
/// The entries of a kMap, in the order sent.
std::vector<KeyValue> read_map(const Pieces& bytes);

/// The value as JSON with a line feed behind it, cut at 65,535 bytes: what husky stores for arrays,
/// bytes and deep maps. Map keys are sorted, of duplicates the last stays. Sets `cut` when levels
/// beyond kValueDepthMax were left out; `depth` is how many are above this one.
std::string to_json_text(const AnyValue& value, int depth, bool& cut);

}  // namespace tracery::otlp
