// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/query_service.h"

namespace tracery::api {

/// The UI's *result* object of a query that has a result, be it a partial one.
std::string encode_ui_result(const app::QueryView& view);

/// The UI's *progress* object.
std::string encode_progress(const app::QueryView& view);

}  // namespace tracery::api
