// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "query/datum.h"

namespace tracery::cwlogs {

/// Reads one of the fields that Logs Insights discovers in the lines of AWS Lambda.
using LambdaField = query::Datum (*)(std::string_view message);

/// For "@requestId", "@duration" and the like; null for other names.
LambdaField find_lambda_field(std::string_view name);

}  // namespace tracery::cwlogs
