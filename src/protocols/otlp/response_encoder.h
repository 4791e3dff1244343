// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/otlp/decoder.h"
#include "protocols/otlp/format.h"

namespace tracery::otlp {

/// An `Export…ServiceResponse`: `partial_success` is unset (no bytes, or "{}") unless something was
/// rejected or there is something to say. Source: OTLP specification, "Partial Success".
std::string encode_export_response(Signal signal, Format format, const Outcome& outcome);

/// A `google.rpc.Status`, the body of every failed OTLP request. `retry_delay_ns` adds a RetryInfo
/// detail, which tells gRPC clients that trying again is welcome.
std::string encode_status(Format format, int grpc_code, std::string_view message,
                          std::optional<std::int64_t> retry_delay_ns = std::nullopt);

}  // namespace tracery::otlp
