// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace spdlog {
class formatter;
namespace sinks {
class sink;
}
}  // namespace spdlog

/// spdlog joined to the telemetry. Link `tracery::app_spdlog`. All are safe for any thread.
namespace tracery::app {

/// A sink that sends every line to CloudWatch Logs, as WatchTower does for Python: group and
/// stream by `TRACERY_CW_LOG_GROUP` and `TRACERY_CW_LOG_STREAM`. Idle without AWS credentials.
std::shared_ptr<spdlog::sinks::sink> cw_sink_mt();

/// A sink that sends every line as an OTLP log record with the current span's ids.
std::shared_ptr<spdlog::sinks::sink> otlp_sink_mt();

/// A formatter for spdlog's patterns in which `%*` is `trace_id=… span_id=…` of the current span.
std::unique_ptr<spdlog::formatter> trace_formatter(const std::string& pattern);

}  // namespace tracery::app
