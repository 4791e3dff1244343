// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace tracery::model {

/// What a field can hold. monostate is "absent": a null is never stored.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

}  // namespace tracery::model
