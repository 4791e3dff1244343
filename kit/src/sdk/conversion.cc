// SPDX-License-Identifier: Apache-2.0
#include "sdk/conversion.h"

#include <type_traits>

namespace tracery::app::sdk {
namespace {

namespace nostd = opentelemetry::nostd;
using opentelemetry::common::AttributeValue;

template <typename To, typename From>
std::vector<To> copy_array(nostd::span<const From> items) {
  std::vector<To> copy;
  copy.reserve(items.size());
  for (const From& item : items) copy.push_back(static_cast<To>(item));
  return copy;
}

struct ToValue {
  std::size_t text_bytes_max;

  std::string cut(nostd::string_view text) const {
    return std::string(record::cut_utf8(from_otel(text), text_bytes_max));
  }

  record::Value operator()(bool value) const { return value; }
  record::Value operator()(double value) const { return value; }
  template <typename T>
    requires std::is_integral_v<T>
  record::Value operator()(T value) const {
    return static_cast<std::int64_t>(value);
  }
  record::Value operator()(const char* value) const { return cut(value); }
  record::Value operator()(nostd::string_view value) const { return cut(value); }
  record::Value operator()(nostd::span<const bool> value) const { return copy_array<bool>(value); }
  record::Value operator()(nostd::span<const double> value) const {
    return copy_array<double>(value);
  }
  template <typename T>
    requires std::is_integral_v<T>
  record::Value operator()(nostd::span<const T> value) const {
    return copy_array<std::int64_t>(value);
  }
  record::Value operator()(nostd::span<const nostd::string_view> value) const {
    std::vector<std::string> copy;
    for (const nostd::string_view text : value) copy.push_back(cut(text));
    return copy;
  }
};

template <typename Texts>
AttributeValue show_texts(const Texts& from, std::vector<nostd::string_view>& texts) {
  texts.clear();
  for (const auto& text : from) texts.push_back(to_otel(std::string_view(text)));
  return nostd::span<const nostd::string_view>(texts.data(), texts.size());
}

}  // namespace

record::Value to_value(const AttributeValue& value, std::size_t text_bytes_max) {
  return nostd::visit(ToValue{text_bytes_max}, value);
}

AttributeValue to_otel(const AttributeView& view, std::vector<nostd::string_view>& texts) {
  return std::visit(
      [&](const auto& held) -> AttributeValue {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::string_view>) {
          return to_otel(held);
        } else if constexpr (std::is_same_v<T, AttributeView::Strings> ||
                             std::is_same_v<T, AttributeView::Views>) {
          return show_texts(held, texts);
        } else if constexpr (std::is_same_v<T, AttributeView::Ints>) {
          return nostd::span<const std::int64_t>(held.data(), held.size());
        } else if constexpr (std::is_same_v<T, AttributeView::Doubles>) {
          return nostd::span<const double>(held.data(), held.size());
        } else {
          return held;
        }
      },
      view.get());
}

}  // namespace tracery::app::sdk
