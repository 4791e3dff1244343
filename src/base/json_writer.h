// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tracery {

/// Appends JSON to a string; commas and quotes are its job, nesting is the caller's.
/// Bad UTF-8 is replaced; NaN and infinities become null, since JSON has no word for them.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool truth);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  JsonWriter& value(unsigned number) { return value(static_cast<std::uint64_t>(number)); }
  /// Shortest form that reads back as the same double.
  JsonWriter& value(double number);
  JsonWriter& null();
  /// `json` as it is; it must be one valid JSON value.
  JsonWriter& raw(std::string_view json);

  /// key(name) and value(x) in one.
  template <typename T>
  JsonWriter& field(std::string_view name, const T& x) {
    return key(name).value(x);
  }

  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  void separate();

  std::string text_;
  bool comma_ = false;  ///< The next value or key needs one before it.
};

/// `text` as a quoted JSON string.
std::string json_quote(std::string_view text);

}  // namespace tracery
