// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <opentelemetry/sdk/metrics/push_metric_exporter.h>

#include "record/metric_record.h"

namespace tracery::app::sdk {

/// Turns what the SDK collects into records, cumulative.
std::unique_ptr<opentelemetry::sdk::metrics::PushMetricExporter> make_metric_exporter(
    std::function<void(std::vector<record::MetricRecord>)> destination);

}  // namespace tracery::app::sdk
