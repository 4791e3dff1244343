// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tracery::bench {

/// Sends a million X-Ray traces to a server of its own and measures what the map and lists of
/// traces ask for. Prints rows like those of tracery-bench. `data` is made and removed.
void measure_xray_queries(const std::string& binary, const std::string& data);

}  // namespace tracery::bench
