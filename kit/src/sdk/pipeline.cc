// SPDX-License-Identifier: Apache-2.0
#include "sdk/pipeline.h"

#include <opentelemetry/context/propagation/global_propagator.h>
#include <opentelemetry/context/propagation/noop_propagator.h>
#include <opentelemetry/logs/noop.h>
#include <opentelemetry/logs/provider.h>
#include <opentelemetry/metrics/noop.h>
#include <opentelemetry/metrics/provider.h>
#include <opentelemetry/sdk/common/global_log_handler.h>
#include <opentelemetry/sdk/logs/logger_provider.h>
#include <opentelemetry/sdk/logs/logger_provider_factory.h>
#include <opentelemetry/sdk/metrics/export/periodic_exporting_metric_reader_factory.h>
#include <opentelemetry/sdk/metrics/export/periodic_exporting_metric_reader_options.h>
#include <opentelemetry/sdk/metrics/meter_provider.h>
#include <opentelemetry/sdk/metrics/meter_provider_factory.h>
#include <opentelemetry/sdk/metrics/view/view_registry.h>
#include <opentelemetry/sdk/resource/resource.h>
#include <opentelemetry/sdk/trace/tracer_provider.h>
#include <opentelemetry/sdk/trace/tracer_provider_factory.h>
#include <opentelemetry/trace/noop.h>
#include <opentelemetry/trace/provider.h>

#include "delivery/complaints.h"
#include "sdk/instruments.h"
#include "sdk/log_processor.h"
#include "sdk/metric_exporter.h"
#include "sdk/propagator.h"
#include "sdk/sampler.h"
#include "sdk/span_processor.h"

namespace tracery::app::sdk {
namespace {

namespace nostd = opentelemetry::nostd;
namespace otel_sdk = opentelemetry::sdk;
using opentelemetry::context::propagation::GlobalTextMapPropagator;
using opentelemetry::context::propagation::NoOpPropagator;

/// What the SDK has to say, without its flood.
class LogHandler final : public otel_sdk::common::internal_log::LogHandler {
 public:
  void Handle(otel_sdk::common::internal_log::LogLevel level, const char*, int, const char* text,
              const otel_sdk::common::AttributeMap&) noexcept override {
    using otel_sdk::common::internal_log::LogLevel;
    if (level == LogLevel::Error) complain("opentelemetry-cpp", text ? text : "");
  }
};

std::shared_ptr<otel_sdk::metrics::MeterProvider> make_meter_provider(
    const config::Config& config,
    std::function<void(std::vector<record::MetricRecord>)> destination) {
  std::shared_ptr<otel_sdk::metrics::MeterProvider> provider =
      otel_sdk::metrics::MeterProviderFactory::Create();
  if (!destination) return provider;
  otel_sdk::metrics::PeriodicExportingMetricReaderOptions options;
  options.export_interval_millis = std::max(config.metric_interval, config::milliseconds(100));
  options.export_timeout_millis = options.export_interval_millis / 2;
  provider->AddMetricReader(otel_sdk::metrics::PeriodicExportingMetricReaderFactory::Create(
      make_metric_exporter(std::move(destination)), options));
  return provider;
}

}  // namespace

class Pipeline::Providers {
 public:
  std::shared_ptr<otel_sdk::trace::TracerProvider> tracer;
  std::shared_ptr<otel_sdk::logs::LoggerProvider> logger;
  std::shared_ptr<otel_sdk::metrics::MeterProvider> meter;
};

Pipeline::Pipeline(const config::Config& config, Destinations destinations)
    : providers_(std::make_unique<Providers>()) {
  otel_sdk::common::internal_log::GlobalLogHandler::SetLogHandler(
      nostd::shared_ptr<otel_sdk::common::internal_log::LogHandler>(new LogHandler));
  // The resource that exporters send is the configuration's; the SDK needs none.
  const auto resource = otel_sdk::resource::Resource::GetEmpty();
  providers_->tracer = otel_sdk::trace::TracerProviderFactory::Create(
      make_span_processor(config.span_limits, std::move(destinations.spans)), resource,
      make_sampler(config.sampler), make_id_generator(config.xray_ids));
  opentelemetry::trace::Provider::SetTracerProvider(
      nostd::shared_ptr<opentelemetry::trace::TracerProvider>(
          std::shared_ptr<opentelemetry::trace::TracerProvider>(providers_->tracer)));
  if (destinations.logs) {
    providers_->logger = otel_sdk::logs::LoggerProviderFactory::Create(
        make_log_processor(config.log_limits, std::move(destinations.logs)), resource);
    opentelemetry::logs::Provider::SetLoggerProvider(
        nostd::shared_ptr<opentelemetry::logs::LoggerProvider>(
            std::shared_ptr<opentelemetry::logs::LoggerProvider>(providers_->logger)));
  }
  providers_->meter = make_meter_provider(config, std::move(destinations.metrics));
  use_meter_provider(providers_->meter);
  opentelemetry::metrics::Provider::SetMeterProvider(
      nostd::shared_ptr<opentelemetry::metrics::MeterProvider>(
          std::shared_ptr<opentelemetry::metrics::MeterProvider>(providers_->meter)));
  GlobalTextMapPropagator::SetGlobalPropagator(
      nostd::shared_ptr<opentelemetry::context::propagation::TextMapPropagator>(
          make_propagator(config.propagators).release()));
}

Pipeline::~Pipeline() {
  use_meter_provider(nullptr);
  opentelemetry::trace::Provider::SetTracerProvider(
      nostd::shared_ptr<opentelemetry::trace::TracerProvider>(
          new opentelemetry::trace::NoopTracerProvider));
  opentelemetry::logs::Provider::SetLoggerProvider(
      nostd::shared_ptr<opentelemetry::logs::LoggerProvider>(
          new opentelemetry::logs::NoopLoggerProvider));
  opentelemetry::metrics::Provider::SetMeterProvider(
      nostd::shared_ptr<opentelemetry::metrics::MeterProvider>(
          new opentelemetry::metrics::NoopMeterProvider));
  GlobalTextMapPropagator::SetGlobalPropagator(
      nostd::shared_ptr<opentelemetry::context::propagation::TextMapPropagator>(
          new NoOpPropagator));
  providers_->tracer->Shutdown();
  providers_->meter->Shutdown();
}

void Pipeline::collect_metrics(std::chrono::milliseconds timeout) noexcept {
  providers_->meter->ForceFlush(timeout);
}

}  // namespace tracery::app::sdk
