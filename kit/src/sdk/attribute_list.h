// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opentelemetry/common/key_value_iterable.h>

#include "sdk/conversion.h"

namespace tracery::app::sdk {

/// Attributes of the kit as the API iterates over them. Borrows them.
class AttributeList final : public opentelemetry::common::KeyValueIterable {
 public:
  explicit AttributeList(Attributes attributes) : attributes_(attributes) {}

  bool ForEachKeyValue(
      opentelemetry::nostd::function_ref<bool(opentelemetry::nostd::string_view,
                                              opentelemetry::common::AttributeValue)>
          callback) const noexcept override {
    std::vector<opentelemetry::nostd::string_view> texts;
    for (const auto& [key, value] : attributes_) {
      if (!callback(to_otel(key), to_otel(value, texts))) return false;
    }
    return true;
  }
  std::size_t size() const noexcept override { return attributes_.size(); }

 private:
  Attributes attributes_;
};

}  // namespace tracery::app::sdk
