// SPDX-License-Identifier: Apache-2.0
#include "net/request_handler.h"

namespace tracery::net {

void Headers::add(std::string_view name, std::string_view value) {
  fields_.emplace_back(name, value);
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (key == name) return value;
  }
  return {};
}

bool Headers::has(std::string_view name) const {
  for (const auto& field : fields_) {
    if (field.first == name) return true;
  }
  return false;
}

}  // namespace tracery::net
