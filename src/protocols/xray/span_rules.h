// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/service_trace.h"

namespace tracery::xray {

/// How X-Ray understands spans, its own and those of OpenTelemetry and others: which of them are
/// segments, which call another service, what failed, and what the nodes of a map are called.
/// The table is in docs/wire/xray-queries.md. Built once; thread-safe.
const query::SpanRules& span_rules();

/// The columns, in order of precedence, that a keyword of filter expressions looks at ("http.url",
/// "user", …); empty for what is not a column.
std::vector<std::string> keyword_columns(std::string_view keyword);

}  // namespace tracery::xray
