// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace tracery::xray {

/// What is known of a trace besides its documents. Borrowed.
struct TraceCalls {
  const std::string& trace_id;            ///< As documents have it.
  const std::set<std::string>& answered;  ///< Ids that segments name as their parents.
  /// aws.xray.node.type by id, of the subsegments that have one.
  const std::map<std::string, std::string>& node_types;
};

/// The segments that `segment` lacks: each subsegment of namespace "aws" or "remote" at any depth
/// that no segment answers gets one in the name of the service it called, `inferred`, with the
/// call's times, outcome and blocks. Its id is the same at each asking. Pure.
/// Source: X-Ray Developer Guide, "Segment documents".
std::vector<nlohmann::ordered_json> infer_segments(const nlohmann::ordered_json& segment,
                                                   const TraceCalls& calls);

}  // namespace tracery::xray
