// SPDX-License-Identifier: Apache-2.0
#include "api/xray_request.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "base/time.h"

namespace tracery::api {

Error missing_member(const char* name) {
  return {ErrorCode::kInvalid, std::string("1 validation error detected: Value null at '") + name +
                                   "' failed to satisfy constraint: Member must not be null"};
}

Result<std::optional<std::int64_t>> time_member(const nlohmann::json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return std::optional<std::int64_t>();
  if (found->is_string()) {
    if (const auto time_ns = parse_rfc3339_ns(found->get<std::string>())) return time_ns;
  }
  // What 64 bits of nanoseconds can hold.
  constexpr double kSecondsMax = 9.2e9;
  if (found->is_number()) {
    const double seconds = found->get<double>();
    if (std::fabs(seconds) <= kSecondsMax) {
      return std::optional(static_cast<std::int64_t>(std::llround(seconds * 1e6)) * kNsPerUs);
    }
  }
  return Error{ErrorCode::kInvalid, std::string("Invalid timestamp: ") + name};
}

Result<app::TraceSelection> read_selection(const nlohmann::json& body) {
  app::TraceSelection selection;
  const auto start_ns = TRACERY_TRY(time_member(body, "StartTime"));
  const auto end_ns = TRACERY_TRY(time_member(body, "EndTime"));
  if (!start_ns) return missing_member("startTime");
  if (!end_ns) return missing_member("endTime");
  if (*start_ns > *end_ns) {
    return Error{ErrorCode::kInvalid, "Invalid time range: StartTime is after EndTime"};
  }
  selection.from_ns = *start_ns;
  selection.to_ns = *end_ns;
  selection.group_name = text_member(body, "GroupName");
  selection.group_arn = text_member(body, "GroupARN");
  if (!selection.group_name.empty() && !selection.group_arn.empty()) {
    return Error{ErrorCode::kInvalid, "GroupName and GroupARN are both given"};
  }
  return selection;
}

Result<std::vector<model::TraceId>> read_trace_ids(const nlohmann::json& body,
                                                   std::vector<std::string>* unknown) {
  const auto found = body.find("TraceIds");
  if (found == body.end() || found->is_null()) return missing_member("traceIds");
  if (!found->is_array()) return Error{ErrorCode::kInvalid, "TraceIds is not a list"};
  std::vector<model::TraceId> ids;
  for (const auto& each : *found) {
    if (!each.is_string()) return Error{ErrorCode::kInvalid, "a trace id is not a string"};
    const auto text = each.get<std::string>();
    if (const auto id = model::parse_trace_id(text)) {
      ids.push_back(*id);
    } else if (unknown != nullptr) {
      unknown->push_back(text);
    }
  }
  return ids;
}

}  // namespace tracery::api
