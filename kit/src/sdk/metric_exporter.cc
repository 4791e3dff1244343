// SPDX-License-Identifier: Apache-2.0
#include "sdk/metric_exporter.h"

#include <opentelemetry/sdk/instrumentationscope/instrumentation_scope.h>
#include <opentelemetry/sdk/metrics/data/metric_data.h>
#include <opentelemetry/sdk/metrics/export/metric_producer.h>

#include "sdk/conversion.h"

namespace tracery::app::sdk {
namespace {

namespace metrics = opentelemetry::sdk::metrics;
namespace nostd = opentelemetry::nostd;

std::variant<std::int64_t, double> number_of(const metrics::ValueType& value) {
  if (nostd::holds_alternative<double>(value)) return nostd::get<double>(value);
  return nostd::get<std::int64_t>(value);
}

double real_of(const metrics::ValueType& value) {
  return std::visit([](auto number) { return static_cast<double>(number); }, number_of(value));
}

/// The SDK's owned attribute values are another variant than the API's views.
record::Value owned_value(const opentelemetry::sdk::common::OwnedAttributeValue& value) {
  return nostd::visit(
      [](const auto& held) -> record::Value {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, double> ||
                      std::is_same_v<T, std::string> ||
                      std::is_same_v<T, std::vector<std::string>>) {
          return held;
        } else if constexpr (std::is_integral_v<T>) {
          return static_cast<std::int64_t>(held);
        } else if constexpr (std::is_same_v<T, std::vector<double>>) {
          return held;
        } else if constexpr (std::is_same_v<T, std::vector<bool>>) {
          return held;
        } else {
          return std::vector<std::int64_t>(held.begin(), held.end());
        }
      },
      value);
}

record::HistogramPoint histogram_of(const metrics::HistogramPointData& data) {
  record::HistogramPoint point;
  point.bounds.assign(data.boundaries_.begin(), data.boundaries_.end());
  point.counts.assign(data.counts_.begin(), data.counts_.end());
  point.count = data.count_;
  point.sum = real_of(data.sum_);
  point.has_min_max = data.record_min_max_ && data.count_ > 0;
  point.min = real_of(data.min_);
  point.max = real_of(data.max_);
  return point;
}

void add_point(const metrics::PointDataAttributes& from, record::MetricRecord& metric) {
  record::MetricPoint point;
  for (const auto& [key, value] : from.attributes) {
    point.attributes.push_back({key, owned_value(value)});
  }
  if (const auto* sum = nostd::get_if<metrics::SumPointData>(&from.point_data)) {
    metric.is_monotonic = sum->is_monotonic_;
    point.data = record::SumPoint{number_of(sum->value_)};
  } else if (const auto* last = nostd::get_if<metrics::LastValuePointData>(&from.point_data)) {
    point.data = record::GaugePoint{number_of(last->value_)};
  } else if (const auto* histogram = nostd::get_if<metrics::HistogramPointData>(&from.point_data)) {
    point.data = histogram_of(*histogram);
  } else {
    return;
  }
  metric.points.push_back(std::move(point));
}

class Exporter final : public metrics::PushMetricExporter {
 public:
  explicit Exporter(std::function<void(std::vector<record::MetricRecord>)> destination)
      : destination_(std::move(destination)) {}

  opentelemetry::sdk::common::ExportResult Export(
      const metrics::ResourceMetrics& data) noexcept override {
    std::vector<record::MetricRecord> records;
    for (const metrics::ScopeMetrics& scope : data.scope_metric_data_) {
      for (const metrics::MetricData& from : scope.metric_data_) {
        record::MetricRecord metric;
        metric.scope_name = scope.scope_->GetName();
        metric.scope_version = scope.scope_->GetVersion();
        metric.name = from.instrument_descriptor.name_;
        metric.unit = from.instrument_descriptor.unit_;
        metric.description = from.instrument_descriptor.description_;
        metric.start_ns = from.start_ts.time_since_epoch().count();
        metric.end_ns = from.end_ts.time_since_epoch().count();
        for (const metrics::PointDataAttributes& point : from.point_data_attr_) {
          add_point(point, metric);
        }
        if (!metric.points.empty()) records.push_back(std::move(metric));
      }
    }
    if (!records.empty()) destination_(std::move(records));
    return opentelemetry::sdk::common::ExportResult::kSuccess;
  }

  metrics::AggregationTemporality GetAggregationTemporality(
      metrics::InstrumentType) const noexcept override {
    return metrics::AggregationTemporality::kCumulative;
  }

  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

 private:
  const std::function<void(std::vector<record::MetricRecord>)> destination_;
};

}  // namespace

std::unique_ptr<metrics::PushMetricExporter> make_metric_exporter(
    std::function<void(std::vector<record::MetricRecord>)> destination) {
  return std::make_unique<Exporter>(std::move(destination));
}

}  // namespace tracery::app::sdk
