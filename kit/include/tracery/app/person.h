// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tracery/app/attribute.h"

namespace tracery::app {

/// Says who the current request is for: Rollbar's `person`, X-Ray's `user`, and `user.id` (with
/// `user.name`, `user.email` when given) on the current span. Ends with the request.
void set_person(std::string_view id, std::string_view name = {},
                std::string_view email = {}) noexcept;

/// Sets an attribute on the current span that X-Ray indexes as an annotation and Rollbar shows
/// under `custom`.
void set_user_attr(std::string_view key, const AttributeView& value) noexcept;

}  // namespace tracery::app
