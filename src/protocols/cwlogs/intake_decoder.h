// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/event_sink.h"
#include "protocols/cwlogs/put_decoder.h"

namespace tracery::cwlogs {

/// The plain HTTP endpoints, for senders without an SDK.
enum class IntakeForm {
  kEvents,   ///< Splunk's HEC: objects with `event`, one after another or in an array.
  kLines,    ///< ND-JSON: each line is a message.
  kObjects,  ///< An object, or an array of some.
};

/// Decodes a request for a group and stream that were named beside it. Messages are the objects'
/// JSON; times are `time` (seconds) of kEvents, else `timestamp` (ms), else now. What is no event
/// is skipped. kMalformed for what is no such document; limits as of PutLogEvents.
Result<PutOutcome> decode_intake(IntakeForm form, std::string_view body, std::string_view group,
                                 const PutContext& context, model::EventSink& sink);

}  // namespace tracery::cwlogs
