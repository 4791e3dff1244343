// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tracery::app {

/// The value of an attribute, as it is handed to `Span::set` and friends: text, bool, integer,
/// floating point number, or an array of one of them.
///
/// Borrows text and arrays: they must live until the call that takes the view returns, which
/// copies what it keeps. Unsigned integers beyond 2^63 wrap, as OTLP knows signed ones only.
class AttributeView {
 public:
  using Strings = std::span<const std::string>;
  using Views = std::span<const std::string_view>;
  using Ints = std::span<const std::int64_t>;
  using Doubles = std::span<const double>;
  using Variant =
      std::variant<bool, std::int64_t, double, std::string_view, Strings, Views, Ints, Doubles>;

  template <std::same_as<bool> T>
  AttributeView(T value) noexcept : value_(value) {}  // NOLINT(google-explicit-constructor)
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  AttributeView(T value) noexcept  // NOLINT(google-explicit-constructor)
      : value_(static_cast<std::int64_t>(value)) {}
  template <std::floating_point T>
  AttributeView(T value) noexcept  // NOLINT(google-explicit-constructor)
      : value_(static_cast<double>(value)) {}
  template <std::convertible_to<std::string_view> T>
  AttributeView(const T& value) noexcept  // NOLINT(google-explicit-constructor)
      : value_(std::string_view(value)) {}
  template <std::convertible_to<Strings> T>
  AttributeView(const T& value) noexcept  // NOLINT(google-explicit-constructor)
      : value_(Strings(value)) {}
  template <std::convertible_to<Views> T>
  AttributeView(const T& value) noexcept  // NOLINT(google-explicit-constructor)
      : value_(Views(value)) {}
  template <std::convertible_to<Ints> T>
  AttributeView(const T& value) noexcept  // NOLINT(google-explicit-constructor)
      : value_(Ints(value)) {}
  template <std::convertible_to<Doubles> T>
  AttributeView(const T& value) noexcept  // NOLINT(google-explicit-constructor)
      : value_(Doubles(value)) {}

  const Variant& get() const noexcept { return value_; }

 private:
  Variant value_;
};

using Attribute = std::pair<std::string_view, AttributeView>;

/// Keys and their values, for a call: a list in braces, `{{"app.user_id", id}, {"app.count", 3}}`,
/// or a vector. Borrows them.
class Attributes {
 public:
  Attributes() noexcept = default;
  Attributes(std::initializer_list<Attribute> list) noexcept : items_(list.begin(), list.size()) {}
  Attributes(std::span<const Attribute> items) noexcept  // NOLINT(google-explicit-constructor)
      : items_(items) {}

  auto begin() const noexcept { return items_.begin(); }
  auto end() const noexcept { return items_.end(); }
  std::size_t size() const noexcept { return items_.size(); }

 private:
  std::span<const Attribute> items_;
};

}  // namespace tracery::app
