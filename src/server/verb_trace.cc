// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "server/api_client.h"
#include "server/trace_view.h"
#include "server/verbs.h"

namespace tracery::server {

int run_trace(const TraceOptions& options) {
  ApiClient client(options.client);
  const auto bytes = client.get("/ui/api/v1/trace/" + percent_encode(options.trace_id) + "/cols");
  if (!bytes) return report(bytes.error());
  const auto trace = decode_trace_view(*bytes);
  if (!trace) return report(trace.error());
  const std::string text = options.client.json
                               ? encode_trace_view(*trace, options.trace_id) + '\n'
                               : draw_waterfall(*trace, stdout_columns(), stdout_paint());
  std::fputs(text.c_str(), stdout);
  return kExitOk;
}

}  // namespace tracery::server
