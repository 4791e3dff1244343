// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace tracery::bench {

/// Sends X-Ray traces over an hour to a server of its own and measures what the map and lists of
/// traces ask for. Prints rows like those of xray-bench. `data` is made and removed.
void measure_xray_queries(const std::string& binary, const std::string& data, std::size_t traces);

}  // namespace tracery::bench
