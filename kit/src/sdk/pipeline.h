// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "config/config.h"
#include "record/metric_record.h"
#include "record/span_record.h"
#include "sdk/span_listener.h"

namespace tracery::app::sdk {

/// Where the records of the three signals go. Called from any thread; empty functions drop.
struct Destinations {
  std::vector<SpanListener*> spans;
  std::function<void(record::LogRecord)> logs;
  std::function<void(std::vector<record::MetricRecord>)> metrics;
};

/// The SDK's providers, set up by a configuration and installed as the global ones, together with
/// the propagator: so libraries that are instrumented with the OpenTelemetry API flow in too. Its
/// destructor puts the no-op providers back.
class Pipeline {
 public:
  Pipeline(const config::Config& config, Destinations destinations);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// Collects the metrics of now.
  void collect_metrics(std::chrono::milliseconds timeout) noexcept;

 private:
  class Providers;
  std::unique_ptr<Providers> providers_;
};

}  // namespace tracery::app::sdk
