// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/logs_call.h"
#include "app/log_tail.h"
#include "net/request_handler.h"

namespace tracery::api {

/// StartLiveTail: an AWS event stream that goes on until the client leaves, three hours at most.
net::Response start_live_tail(const LogsCall& call);

/// Hands a piece of a stream to its connection; kSlow when much of what came before is unread.
app::LogTail::Sent send_to_tail(net::BodyStream& stream, const std::string& bytes);

}  // namespace tracery::api
