// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocols/otlp/attribute_list.h"

namespace tracery::otlp {

/// The weight a sampleRate attribute stands for: rounded half up, 1 for what is no positive number,
/// at most 2^31-1. Source: husky, getSampleRateFromAnyValue.
std::uint32_t sample_rate_of(const Scalar& value);

/// The adjusted count of a W3C tracestate: `ot=…;th:<hex>`, or the older `th=<hex>` in a list
/// parted by ';'. Counts up to 100 that are not whole are rounded up with the probability of their
/// fraction, where `random` is uniform over 64 bits; larger ones are rounded down. Nothing when
/// there is no threshold. Source: OpenTelemetry tracestate handling; husky.
std::optional<std::uint32_t> sample_rate_of_tracestate(std::string_view tracestate,
                                                       std::uint64_t random);

}  // namespace tracery::otlp
