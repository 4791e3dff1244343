// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "query/trace.h"

namespace tracery::api {

/// A trace in the columnar form the waterfall reads without parsing (docs/wire/ui-api.md):
/// u32 header length, JSON header, zeros to a multiple of 8, then the columns, each 8-byte aligned,
/// little endian.
std::string encode_trace_columns(const query::Trace& trace);

}  // namespace tracery::api
