// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <opentelemetry/sdk/metrics/meter_provider.h>

namespace tracery::app::sdk {

/// Makes `Counter` and `Histogram` create their instruments at this provider from now on; none
/// makes them do nothing.
void use_meter_provider(
    std::shared_ptr<opentelemetry::sdk::metrics::MeterProvider> provider) noexcept;

}  // namespace tracery::app::sdk
