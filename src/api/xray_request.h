// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/xray_traces.h"
#include "base/result.h"
#include "model/trace_id.h"

namespace tracery::api {

/// What an operation says of a member that must be there.
Error missing_member(const char* name);

/// A timestamp member: epoch seconds, whole or with a fraction, or RFC 3339. Nothing when it is
/// absent or null; kInvalid for anything else.
Result<std::optional<std::int64_t>> time_member(const nlohmann::json& body, const char* name);

/// Members StartTime, EndTime, and GroupName or GroupARN. kInvalid when a time is missing, the
/// range is empty the wrong way round, or both group members are there.
Result<app::TraceSelection> read_selection(const nlohmann::json& body);

/// Member TraceIds; ids in any of their forms. Texts that are no ids go to `unknown`.
Result<std::vector<model::TraceId>> read_trace_ids(const nlohmann::json& body,
                                                   std::vector<std::string>* unknown = nullptr);

}  // namespace tracery::api
