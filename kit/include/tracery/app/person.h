// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tracery::app {

/// Says who the current request is for: `user.id`, and `user.name` and `user.email` when given, on
/// the current span.
void set_person(std::string_view id, std::string_view name = {},
                std::string_view email = {}) noexcept;

}  // namespace tracery::app
