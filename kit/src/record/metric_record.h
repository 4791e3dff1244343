// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "record/value.h"

namespace tracery::app::record {

/// Aggregation temporality, by its OTLP number.
enum class Temporality { kUnspecified = 0, kDelta = 1, kCumulative = 2 };

struct SumPoint {
  std::variant<std::int64_t, double> value;
};
struct GaugePoint {
  std::variant<std::int64_t, double> value;
};
struct HistogramPoint {
  std::vector<double> bounds;
  std::vector<std::uint64_t> counts;  ///< One more than `bounds`.
  std::uint64_t count = 0;
  double sum = 0;
  double min = 0, max = 0;
  bool has_min_max = false;
};

struct MetricPoint {
  Fields attributes;
  std::variant<SumPoint, GaugePoint, HistogramPoint> data;
};

/// One instrument's points of one collection. All points are of one alternative.
struct MetricRecord {
  std::string scope_name;
  std::string scope_version;
  std::string name, unit, description;
  Temporality temporality = Temporality::kCumulative;
  bool is_monotonic = false;
  std::int64_t start_ns = 0, end_ns = 0;
  std::vector<MetricPoint> points;
};

}  // namespace tracery::app::record
