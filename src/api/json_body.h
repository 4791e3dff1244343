// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace tracery::api {

/// A request's body as a JSON object. kMalformed ("could not parse request body") for anything
/// else, and for nesting deeper than any of our interfaces has.
Result<nlohmann::json> parse_object(const std::string& body);

/// A member of that type, or `otherwise` when it is absent, null or of another type.
std::string text_member(const nlohmann::json& object, const char* name, std::string otherwise = {});
std::int64_t int_member(const nlohmann::json& object, const char* name, std::int64_t otherwise = 0);
bool bool_member(const nlohmann::json& object, const char* name, bool otherwise = false);

}  // namespace tracery::api
