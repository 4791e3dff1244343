// SPDX-License-Identifier: Apache-2.0
#include "sdk/instruments.h"

#include <mutex>

#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/metrics/sync_instruments.h>
#include <opentelemetry/sdk/metrics/view/instrument_selector.h>
#include <opentelemetry/sdk/metrics/view/meter_selector.h>
#include <opentelemetry/sdk/metrics/view/view.h>

#include "sdk/attribute_list.h"
#include "tracery/app/metric.h"

namespace tracery::app {
namespace {

namespace api = opentelemetry::metrics;
namespace metrics = opentelemetry::sdk::metrics;
namespace nostd = opentelemetry::nostd;

constexpr const char* kMeterName = "tracery.app";

struct Current {
  std::mutex mutex;
  std::shared_ptr<metrics::MeterProvider> provider;
};

Current& current_provider() {
  static auto& current = *new Current;  // Outlives threads that count while the program ends.
  return current;
}

std::shared_ptr<metrics::MeterProvider> provider_now() {
  Current& current = current_provider();
  const std::lock_guard lock(current.mutex);
  return current.provider;
}

/// The bounds that the semantic conventions give for durations of HTTP requests.
std::vector<double> default_bounds() {
  return {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10};
}

void add_bounds_view(metrics::MeterProvider& provider, const std::string& name,
                     const std::string& unit, const std::string& description,
                     std::vector<double> bounds) {
  auto aggregation = std::make_shared<metrics::HistogramAggregationConfig>();
  aggregation->boundaries_ = std::move(bounds);
  provider.AddView(
      std::make_unique<metrics::InstrumentSelector>(metrics::InstrumentType::kHistogram, name,
                                                    unit),
      std::make_unique<metrics::MeterSelector>(kMeterName, "", ""),
      std::make_unique<metrics::View>(name, description, unit, metrics::AggregationType::kHistogram,
                                      std::move(aggregation)));
}

}  // namespace

namespace sdk {

void use_meter_provider(std::shared_ptr<metrics::MeterProvider> provider) noexcept {
  Current& current = current_provider();
  const std::lock_guard lock(current.mutex);
  current.provider = std::move(provider);
}

}  // namespace sdk

namespace detail {

// The provider owns what an instrument writes to, so each keeps it alive.
struct CounterState {
  std::shared_ptr<metrics::MeterProvider> provider;
  nostd::unique_ptr<api::Counter<double>> counter;
  nostd::unique_ptr<api::UpDownCounter<double>> up_down;
};
struct HistogramState {
  std::shared_ptr<metrics::MeterProvider> provider;
  nostd::unique_ptr<api::Histogram<double>> histogram;
};

}  // namespace detail

Counter::Counter(std::string_view name, const InstrumentOptions& options) noexcept {
  const auto provider = provider_now();
  if (!provider) return;
  state_ = std::make_shared<detail::CounterState>();
  state_->provider = provider;
  state_->counter = provider->GetMeter(kMeterName)
                        ->CreateDoubleCounter(sdk::to_otel(name), sdk::to_otel(options.description),
                                              sdk::to_otel(options.unit));
}

void Counter::add(double amount, Attributes attributes) noexcept {
  if (state_) state_->counter->Add(amount, sdk::AttributeList(attributes));
}

UpDownCounter::UpDownCounter(std::string_view name, const InstrumentOptions& options) noexcept {
  const auto provider = provider_now();
  if (!provider) return;
  state_ = std::make_shared<detail::CounterState>();
  state_->provider = provider;
  state_->up_down =
      provider->GetMeter(kMeterName)
          ->CreateDoubleUpDownCounter(sdk::to_otel(name), sdk::to_otel(options.description),
                                      sdk::to_otel(options.unit));
}

void UpDownCounter::add(double amount, Attributes attributes) noexcept {
  if (state_) state_->up_down->Add(amount, sdk::AttributeList(attributes));
}

Histogram::Histogram(std::string_view name, const InstrumentOptions& options,
                     std::vector<double> bounds) noexcept {
  const auto provider = provider_now();
  if (!provider) return;
  add_bounds_view(*provider, std::string(name), std::string(options.unit),
                  std::string(options.description),
                  bounds.empty() ? default_bounds() : std::move(bounds));
  state_ = std::make_shared<detail::HistogramState>();
  state_->provider = provider;
  state_->histogram =
      provider->GetMeter(kMeterName)
          ->CreateDoubleHistogram(sdk::to_otel(name), sdk::to_otel(options.description),
                                  sdk::to_otel(options.unit));
}

void Histogram::record(double value, Attributes attributes) noexcept {
  if (!state_) return;
  state_->histogram->Record(value, sdk::AttributeList(attributes),
                            opentelemetry::context::RuntimeContext::GetCurrent());
}

}  // namespace tracery::app
