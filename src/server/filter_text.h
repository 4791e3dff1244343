// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tracery::server {

/// A filter as people type it ("status_code >= 500", "name contains 'home'", "error exists",
/// "user in bob, ann") as the JSON of a query's filter. Values that look like numbers or truths are
/// such unless quoted. kInvalid when there is no operator or a value is missing.
Result<std::string> filter_json(std::string_view text);

/// A JSON array of them.
Result<std::string> filters_json(const std::vector<std::string>& texts);

}  // namespace tracery::server
