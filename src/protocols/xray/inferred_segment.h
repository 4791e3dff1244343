// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace tracery::xray {

/// A segment for what was called but reports nothing itself, as AWS makes it.
struct InferredSegment {
  std::string id;         ///< 16 hex digits: always the same for a trace and its subsegment.
  double start_time = 0;  ///< Seconds.
  std::string text;       ///< JSON.
};

/// One for each subsegment of `namespace` `aws` or `remote` inside `document`, at any depth, that
/// no segment names as its parent: `called` holds the parents that segments name. It has the
/// subsegment's name, times, flags, `http`, `aws`, `sql` and `metadata`, `parent_id` (the
/// subsegment), `inferred`: true, and the called node's type as `origin`, which AWS leaves out for
/// `remote`. Pure. Source: xray-2016-04-12, BatchGetTraces; documents recorded from AWS.
std::vector<InferredSegment> infer_segments(const nlohmann::ordered_json& document,
                                            const std::string& trace_id,
                                            const std::set<std::string>& called);

}  // namespace tracery::xray
