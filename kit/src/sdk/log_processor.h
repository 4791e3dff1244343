// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include <opentelemetry/sdk/logs/processor.h>

#include "record/span_record.h"

namespace tracery::app::sdk {

/// Makes the SDK's loggers write `record::LogRecord`, for libraries that log by the OpenTelemetry
/// API.
std::unique_ptr<opentelemetry::sdk::logs::LogRecordProcessor> make_log_processor(
    const record::RecordLimits& limits, std::function<void(record::LogRecord)> destination);

}  // namespace tracery::app::sdk
