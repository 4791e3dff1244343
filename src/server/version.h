// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tracery::server {

/// The project's version, from the build.
inline constexpr const char* kVersion = TRACERY_VERSION;

}  // namespace tracery::server
