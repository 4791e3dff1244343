// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tracery::otlp {

/// How a message is written: picked by Content-Type, always kProtobuf over gRPC.
enum class Format : std::uint8_t { kProtobuf, kJson };

/// The three exports this server takes.
enum class Signal : std::uint8_t { kTraces, kLogs, kMetrics };

/// Which export a body is, for exporters that post to "/" because a per-signal endpoint variable is
/// used as it stands. Field 1 of all three requests has the same number, so the shape inside
/// decides; nothing when it fits none, or when there is nothing in it.
std::optional<Signal> guess_signal(std::string_view body, Format format);

}  // namespace tracery::otlp
