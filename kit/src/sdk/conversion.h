// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <opentelemetry/common/attribute_value.h>
#include <opentelemetry/nostd/string_view.h>

#include "record/value.h"
#include "tracery/app/attribute.h"

#ifndef HAVE_ABSEIL
// Debian builds the SDK with abseil's variant; without this an attribute would change its type on
// the way into the library, without any message from the linker.
#error "compile through the CMake targets of opentelemetry-cpp, which define HAVE_ABSEIL"
#endif

namespace tracery::app::sdk {

inline opentelemetry::nostd::string_view to_otel(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view from_otel(opentelemetry::nostd::string_view text) {
  return {text.data(), text.size()};
}

/// Copies a value of the API.
record::Value to_value(const opentelemetry::common::AttributeValue& value,
                       std::size_t text_bytes_max);

/// Shows a value of the kit to the API. `texts` holds what an array of texts is made of and must
/// live as long as the result.
opentelemetry::common::AttributeValue to_otel(
    const AttributeView& view, std::vector<opentelemetry::nostd::string_view>& texts);

}  // namespace tracery::app::sdk
