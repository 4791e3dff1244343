// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tracery::app {

/// Tells the operator on stderr that something about telemetry is wrong, at most once a minute for
/// each `source`, so that a receiver that is down does not flood the log. Safe for any thread.
void complain(std::string_view source, std::string_view what) noexcept;

}  // namespace tracery::app
