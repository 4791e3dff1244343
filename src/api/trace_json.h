// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json_writer.h"
#include "query/trace_list.h"

namespace tracery::api {

/// One line of a list of traces, as the UI's API writes it.
void write_trace_summary(JsonWriter& json, const query::TraceSummary& trace);

/// 16 hex digits.
std::string span_id_text(std::uint64_t span_id);

}  // namespace tracery::api
