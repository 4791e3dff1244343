// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tracery::app::wire {

/// Compresses at zlib's fastest level, in gzip's format. Nothing if zlib refuses (out of memory):
/// send the plain bytes then.
std::optional<std::string> gzip(std::string_view plain);

}  // namespace tracery::app::wire
