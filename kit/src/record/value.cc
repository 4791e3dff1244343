// SPDX-License-Identifier: Apache-2.0
#include "record/value.h"

#include <algorithm>
#include <type_traits>

namespace tracery::app::record {
namespace {

template <typename Texts>
std::vector<std::string> copy_texts(const Texts& texts, std::size_t text_bytes_max) {
  std::vector<std::string> copy;
  copy.reserve(texts.size());
  for (const auto& text : texts) copy.emplace_back(cut_utf8(text, text_bytes_max));
  return copy;
}

std::size_t bytes_of(const Value& value) {
  return std::visit(
      [](const auto& held) -> std::size_t {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::string>) return held.capacity();
        if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          std::size_t bytes = 0;
          for (const std::string& text : held) bytes += sizeof text + text.capacity();
          return bytes;
        }
        if constexpr (std::is_same_v<T, std::vector<std::int64_t>> ||
                      std::is_same_v<T, std::vector<double>>) {
          return held.size() * sizeof(held[0]);
        }
        return 0;
      },
      value);
}

}  // namespace

std::string_view cut_utf8(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

Value copy_value(const AttributeView& view, std::size_t text_bytes_max) {
  return std::visit(
      [&](const auto& held) -> Value {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::string_view>) {
          return std::string(cut_utf8(held, text_bytes_max));
        } else if constexpr (std::is_same_v<T, AttributeView::Strings> ||
                             std::is_same_v<T, AttributeView::Views>) {
          return copy_texts(held, text_bytes_max);
        } else if constexpr (std::is_same_v<T, AttributeView::Ints>) {
          return std::vector<std::int64_t>(held.begin(), held.end());
        } else if constexpr (std::is_same_v<T, AttributeView::Doubles>) {
          return std::vector<double>(held.begin(), held.end());
        } else {
          return held;
        }
      },
      view.get());
}

bool set_field(Fields& fields, std::string_view key, Value value, std::size_t count_max) {
  const auto found = std::ranges::find(fields, key, &Field::key);
  if (found != fields.end()) {
    found->value = std::move(value);
    return true;
  }
  if (fields.size() >= count_max) return false;
  fields.push_back({std::string(key), std::move(value)});
  return true;
}

const Value* find_field(const Fields& fields, std::string_view key) {
  const auto found = std::ranges::find(fields, key, &Field::key);
  return found == fields.end() ? nullptr : &found->value;
}

std::string_view text_of(const Fields& fields, std::string_view key) {
  const Value* value = find_field(fields, key);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

std::size_t bytes_of(const Fields& fields) {
  std::size_t bytes = fields.capacity() * sizeof(Field);
  for (const Field& field : fields) bytes += field.key.capacity() + bytes_of(field.value);
  return bytes;
}

}  // namespace tracery::app::record
