// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/router.h"
#include "api/services.h"
#include "base/result.h"
#include "protocols/cwlogs/put_decoder.h"

namespace tracery::api {

using LogEventsTaken = std::function<void(const Result<cwlogs::PutOutcome>&)>;

/// Takes the body of a PutLogEvents for a stream that exists; `done` is called once, when its
/// events are durable. Decodes on the calling thread.
void accept_log_events(Services& services, std::string body, LogEventsTaken done);

/// PutLogEvents: answers when the events are durable. Decodes on the calling thread.
void put_log_events(Services& services, const std::shared_ptr<Call>& call);

}  // namespace tracery::api
