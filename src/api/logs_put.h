// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "api/router.h"
#include "api/services.h"

namespace tracery::api {

/// PutLogEvents: answers when the events are durable. Decodes on the calling thread.
void put_log_events(Services& services, const std::shared_ptr<Call>& call);

}  // namespace tracery::api
