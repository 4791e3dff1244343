// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "record/traceparent.h"

namespace tracery::app::sdk {

/// The ids of this thread's current span, if there is one.
std::optional<record::Traceparent> current_ids();

}  // namespace tracery::app::sdk
