// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace tracery::app::config {

/// Typed access to environment variables. What cannot be read becomes a warning, and the default
/// stands. Values are trimmed.
class Environment {
 public:
  Environment(const Lookup& lookup, std::vector<std::string>& warnings)
      : lookup_(lookup), warnings_(warnings) {}

  /// The first of several names that is set, or `fallback`.
  std::string text(std::initializer_list<std::string> names, std::string_view fallback = "") const;
  std::string text(const std::string& name, std::string_view fallback = "") const {
    return text({name}, fallback);
  }
  bool is_set(const std::string& name) const { return !text(name).empty(); }
  bool boolean(const std::string& name, bool fallback) const;
  /// A whole number that is at least `min`.
  std::int64_t number(std::initializer_list<std::string> names, std::int64_t fallback,
                      std::int64_t min = 0) const;
  milliseconds duration(std::initializer_list<std::string> names, milliseconds fallback) const;
  /// A list with commas between its entries.
  std::vector<std::string> list(const std::string& name, std::string_view fallback = "") const;

  void warn(std::string text) const { warnings_.push_back(std::move(text)); }

 private:
  const Lookup& lookup_;
  std::vector<std::string>& warnings_;
};

std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::string lower_case(std::string_view text);
/// Decodes %XX; what is no such escape stays as it is.
std::string percent_decode(std::string_view text);
/// `k=v,k2=v2` with percent-encoded values, as in `OTEL_RESOURCE_ATTRIBUTES`.
std::vector<std::pair<std::string, std::string>> parse_pairs(std::string_view text);

}  // namespace tracery::app::config
