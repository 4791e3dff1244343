// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "http_load.h"

namespace tracery::bench {

/// Exports what `next` gives, until it gives "", as unary OTLP calls from so many threads over one
/// channel each.
LoadResult export_traces(const std::string& port, unsigned channels,
                         const std::function<std::string()>& next);

}  // namespace tracery::bench
