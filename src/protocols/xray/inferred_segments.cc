// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/inferred_segments.h"

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "protocols/xray/ids.h"

namespace tracery::xray {
namespace {

using nlohmann::ordered_json;

/// As many as trace_documents.cc puts together.
constexpr int kLevelsMax = 200;

std::string text_of(const ordered_json& entity, const char* name) {
  const auto found = entity.find(name);
  return found != entity.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Empty where AWS gives none.
std::string origin_of(const ordered_json& call, const TraceCalls& calls) {
  const auto known = calls.node_types.find(text_of(call, "id"));
  if (known != calls.node_types.end()) return known->second == "remote" ? "" : known->second;
  // A span of another protocol.
  if (text_of(call, "namespace") == "aws") return "AWS::" + text_of(call, "name");
  return call.contains("sql") ? "Database::SQL" : "";
}

ordered_json write_segment(const ordered_json& call, const TraceCalls& calls) {
  const std::string id = text_of(call, "id");
  ordered_json segment = {{"id", make_entity_id(hash64(calls.trace_id + id))}};
  for (const char* name : {"name", "start_time", "end_time", "in_progress", "error", "fault",
                           "throttle", "http", "aws", "sql", "metadata"}) {
    const auto found = call.find(name);
    if (found != call.end() && *found != false) segment[name] = *found;
  }
  segment["trace_id"] = calls.trace_id;
  segment["parent_id"] = id;
  segment["inferred"] = true;
  if (std::string origin = origin_of(call, calls); !origin.empty()) {
    segment["origin"] = std::move(origin);
  }
  return segment;
}

void look_through(const ordered_json& entity, const TraceCalls& calls, int level,
                  std::vector<ordered_json>& segments) {
  const auto inner = entity.find("subsegments");
  if (inner == entity.end() || !inner->is_array() || level == kLevelsMax) return;
  for (const ordered_json& each : *inner) {
    if (!each.is_object()) continue;
    const std::string name_space = text_of(each, "namespace");
    const std::string id = text_of(each, "id");
    const bool is_call = name_space == "aws" || name_space == "remote";
    if (is_call && !id.empty() && !calls.answered.contains(id)) {
      segments.push_back(write_segment(each, calls));
    }
    look_through(each, calls, level + 1, segments);
  }
}

}  // namespace

std::vector<ordered_json> infer_segments(const ordered_json& segment, const TraceCalls& calls) {
  std::vector<ordered_json> segments;
  look_through(segment, calls, 0, segments);
  return segments;
}

}  // namespace tracery::xray
