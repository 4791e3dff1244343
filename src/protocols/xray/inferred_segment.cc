// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/inferred_segment.h"

#include <array>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/hex.h"

namespace tracery::xray {
namespace {

using nlohmann::ordered_json;

/// Readers recurse, and no app nests deeper.
constexpr int kLevelsMax = 200;

std::string text_of(const ordered_json& entity, const char* name) {
  const auto found = entity.find(name);
  return found != entity.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string made_id(const std::string& of) {
  std::array<std::uint8_t, 8> bytes{};
  std::uint64_t rest = hash64(of);
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(rest);
    rest >>= 8;
  }
  return to_hex(bytes);
}

/// The type of the node that a subsegment calls; "" for a remote one, whose documents have none.
std::string origin_of(const ordered_json& subsegment, const std::string& name_space) {
  if (name_space == "remote") return subsegment.contains("sql") ? "Database::SQL" : "";
  const std::string name = text_of(subsegment, "name");
  const auto aws = subsegment.find("aws");
  const bool has_aws = aws != subsegment.end() && aws->is_object();
  const bool is_dynamodb = name == "DynamoDB" || name == "dynamodb";
  if (has_aws &&
      (aws->contains("table_name") || (is_dynamodb && aws->contains("resource_names")))) {
    return "AWS::DynamoDB::Table";
  }
  if (has_aws && aws->contains("queue_url")) return "AWS::SQS::Queue";
  return "AWS::" + name;
}

InferredSegment infer(const ordered_json& subsegment, const std::string& trace_id) {
  const std::string parent = text_of(subsegment, "id");
  ordered_json segment;
  segment["id"] = made_id(trace_id + parent);
  segment["name"] = text_of(subsegment, "name");
  for (const char* name : {"start_time", "end_time", "in_progress", "error", "fault", "throttle",
                           "http", "aws", "sql", "metadata"}) {
    if (const auto found = subsegment.find(name); found != subsegment.end()) segment[name] = *found;
  }
  segment["trace_id"] = trace_id;
  segment["parent_id"] = parent;
  segment["inferred"] = true;
  const std::string origin = origin_of(subsegment, text_of(subsegment, "namespace"));
  if (!origin.empty()) segment["origin"] = origin;
  const auto start = segment.find("start_time");
  const bool has_start = start != segment.end() && start->is_number();
  return {segment["id"].get<std::string>(), has_start ? start->get<double>() : 0,
          segment.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

struct Walk {
  const std::string& trace_id;
  const std::set<std::string>& called;
  std::vector<InferredSegment> found;

  void visit(const ordered_json& entity, int level) {
    const auto inner = entity.find("subsegments");
    if (inner == entity.end() || !inner->is_array() || level == kLevelsMax) return;
    for (const ordered_json& each : *inner) {
      if (!each.is_object()) continue;
      take(each);
      visit(each, level + 1);
    }
  }

  void take(const ordered_json& subsegment) {
    const std::string name_space = text_of(subsegment, "namespace");
    if (name_space != "aws" && name_space != "remote") return;
    const std::string id = text_of(subsegment, "id");
    if (id.empty() || called.contains(id)) return;
    found.push_back(infer(subsegment, trace_id));
  }
};

}  // namespace

std::vector<InferredSegment> infer_segments(const ordered_json& document,
                                            const std::string& trace_id,
                                            const std::set<std::string>& called) {
  Walk walk{trace_id, called, {}};
  if (text_of(document, "type") == "subsegment") walk.take(document);
  walk.visit(document, 0);
  return std::move(walk.found);
}

}  // namespace tracery::xray
