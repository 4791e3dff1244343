// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include <opentelemetry/sdk/trace/processor.h>

#include "record/span_record.h"
#include "sdk/span_listener.h"

namespace tracery::app::sdk {

/// An attribute that is no attribute but an order, taken off on its way into the record: the API of
/// this ABI has no call to add a link to a span that has begun.
inline constexpr std::string_view kLinkOrder = "tracery.order.link";

/// Makes the SDK record into `record::SpanRecord`, within limits, and hands the records to the
/// listeners, which must outlive it.
std::unique_ptr<opentelemetry::sdk::trace::SpanProcessor> make_span_processor(
    const record::RecordLimits& limits, std::vector<SpanListener*> listeners);

}  // namespace tracery::app::sdk
