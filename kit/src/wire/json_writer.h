// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/value.h"

namespace tracery::app::wire {

/// Writes one JSON document, in order. Commas are its business; that every object and array is
/// closed, and that keys stand in objects only, is the caller's. Bytes that are no UTF-8 become
/// U+FFFD, and numbers that JSON cannot say become strings ("NaN"), as OTLP wants them.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view value);
  JsonWriter& number(std::int64_t value);
  JsonWriter& number(double value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  /// Writes a value that is JSON already.
  JsonWriter& raw(std::string_view json);
  /// Writes an attribute's value: text, number, bool or array.
  JsonWriter& value(const record::Value& value);

  /// `key(name).text(value)`, left out when `value` is empty.
  JsonWriter& text_if(std::string_view name, std::string_view value);

  std::size_t size() const { return out_.size(); }
  std::string take() && { return std::move(out_); }

 private:
  void separate();
  void quote(std::string_view text);

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace tracery::app::wire
