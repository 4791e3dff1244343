// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tracery/app/attribute.h"

namespace tracery::app::record {

/// An attribute's value, owned.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>,
                           std::vector<std::int64_t>, std::vector<double>, std::vector<bool>>;

struct Field {
  std::string key;
  Value value;
};
using Fields = std::vector<Field>;

/// Copies a value that the application handed over. Text longer than `text_bytes_max` is cut at a
/// UTF-8 boundary.
Value copy_value(const AttributeView& view, std::size_t text_bytes_max);

/// Sets a field, replacing the value of the same key. \return false if there were `count_max`
/// other keys already, and the field was left out.
bool set_field(Fields& fields, std::string_view key, Value value, std::size_t count_max);

const Value* find_field(const Fields& fields, std::string_view key);
/// The text of a field, "" if it is missing or not text.
std::string_view text_of(const Fields& fields, std::string_view key);

/// Cuts text to at most `bytes_max` bytes without splitting a UTF-8 sequence.
std::string_view cut_utf8(std::string_view text, std::size_t bytes_max);

/// Rough size in memory, for queues that are bounded in bytes.
std::size_t bytes_of(const Fields& fields);

}  // namespace tracery::app::record
