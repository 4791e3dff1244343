// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/insights_service.h"
#include "app/log_groups.h"

namespace tracery::app {

/// Narrows a question to what may be read of its groups: their retention, and what was deleted.
/// kNotFound for a group that does not exist.
Status restrict_to_visible(const LogGroups& groups, InsightsRequest& request);

/// The groups that a SOURCE names.
std::vector<std::string> groups_of_source(const LogGroups& groups,
                                          const cwlogs::QuerySource& source);

}  // namespace tracery::app
