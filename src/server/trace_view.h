// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "server/terminal.h"

namespace tracery::server {

/// One row of a trace as the command line shows it.
struct TraceViewRow {
  std::int32_t parent = -1;  ///< A row, or -1.
  unsigned depth = 0;
  double start_ns = 0;  ///< From the trace's start.
  double duration_ns = 0;
  std::string service, name, kind;
  std::size_t service_number = 0;
  bool is_error = false;
  std::uint64_t span_id = 0;
};

struct TraceView {
  std::int64_t start_ns = 0;  ///< Since the Unix epoch.
  double duration_ns = 0;
  std::vector<TraceViewRow> rows;  ///< In pre-order.
  std::uint64_t missing_parents = 0;
};

/// Reads `GET /ui/api/v1/trace/:id/cols` (docs/wire/ui-api.md). kMalformed for anything else.
Result<TraceView> decode_trace_view(std::string_view bytes);

/// The waterfall: tree on the left, bars on the right, `columns` wide.
std::string draw_waterfall(const TraceView& trace, std::size_t columns, const Paint& paint);

/// The same as a JSON object.
std::string encode_trace_view(const TraceView& trace, std::string_view trace_id);

}  // namespace tracery::server
