// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "api/xray_operation.h"
#include "api/xray_services.h"

namespace tracery::api {

/// Adds the Tags member of a request, a list of {Key, Value}, to what a resource has; nothing
/// happens when there is none. Nothing, or the error.
std::optional<AwsError> put_xray_tags(XrayServices& xray, const std::string& arn,
                                      const nlohmann::json& body);

/// Drops the tags of a resource that is gone.
Status remove_xray_tags(XrayServices& xray, const std::string& arn);

}  // namespace tracery::api
