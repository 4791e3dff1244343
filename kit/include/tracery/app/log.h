// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tracery/app/attribute.h"

namespace tracery::app {

enum class Level { kTrace, kDebug, kInfo, kWarning, kError, kCritical };

/// Sends a log record with the ids of the current span. `logger` names the source of the record.
void log(Level level, std::string_view message, Attributes attributes = {},
         std::string_view logger = "app") noexcept;

}  // namespace tracery::app
