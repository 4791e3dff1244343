// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <protozero/pbf_reader.hpp>

#include "protocols/otlp/histogram.h"
#include "protocols/otlp/metric_decoder.h"

namespace tracery::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

/// DataPointFlags.FLAG_NO_RECORDED_VALUE
constexpr std::uint32_t kNoRecordedValue = 1;
/// Buckets beyond are not read: SDKs send at most a few hundred, and each costs memory.
constexpr std::size_t kBucketsMax = 16'384;

struct Percentile {
  std::string_view suffix;
  double fraction;
};
/// Honeycomb's suffixes for histogram columns.
constexpr std::array<Percentile, 13> kPercentiles = {{{".p001", 0.001},
                                                      {".p01", 0.01},
                                                      {".p05", 0.05},
                                                      {".p10", 0.10},
                                                      {".p20", 0.20},
                                                      {".p25", 0.25},
                                                      {".p50", 0.50},
                                                      {".p75", 0.75},
                                                      {".p80", 0.80},
                                                      {".p90", 0.90},
                                                      {".p95", 0.95},
                                                      {".p99", 0.99},
                                                      {".p999", 0.999}}};

std::string_view view_of(pbf_reader& reader) {
  const auto view = reader.get_view();
  return {view.data(), view.size()};
}

/// Collects what the kinds of points have in common, then their values in order.
class PointBuilder {
 public:
  explicit PointBuilder(std::string_view name) : name_(name) {}

  void add(std::string_view suffix, Scalar value) {
    std::string name(name_);
    name += suffix;
    point_.values.push_back({std::move(name), value});
  }
  void add(std::string_view suffix, std::optional<double> value) {
    if (value) add(suffix, Scalar::of(*value));
  }
  void add_count_and_sum(std::uint64_t count, std::optional<double> sum) {
    constexpr std::uint64_t kMax = 0x7fffffffffffffffULL;
    add(".count", Scalar::of(static_cast<std::int64_t>(std::min(count, kMax))));
    add(".sum", sum);
    if (sum && count > 0) add(".avg", Scalar::of(*sum / static_cast<double>(count)));
  }
  void add_percentiles(const Histogram& histogram) {
    add(".min", histogram.min);
    add(".max", histogram.max);
    for (const Percentile& p : kPercentiles) add(p.suffix, histogram.quantile(p.fraction));
  }
  /// Reads the members whose numbers differ by kind only.
  bool read_shared(pbf_reader& reader, std::uint32_t time, std::uint32_t attributes,
                   std::uint32_t flags) {
    if (reader.tag_and_type() == tag_and_type(time, pbf_wire_type::fixed64)) {
      point_.time = reader.get_fixed64();
    } else if (reader.tag_and_type() == tag_and_type(attributes, pbf_wire_type::length_delimited)) {
      point_.attributes.push_back(view_of(reader));
    } else if (reader.tag_and_type() == tag_and_type(flags, pbf_wire_type::varint)) {
      flags_ = reader.get_uint32();
    } else {
      return false;
    }
    return true;
  }
  bool is_recorded() const { return (flags_ & kNoRecordedValue) == 0; }
  MetricPoint take() { return std::move(point_); }

 private:
  std::string_view name_;
  std::uint32_t flags_ = 0;
  MetricPoint point_;
};

/// Repeated fixed64 or double, packed or not.
template <typename T, typename Get, typename GetPacked>
bool read_repeated(pbf_reader& reader, std::uint32_t field, pbf_wire_type type, Get get,
                   GetPacked get_packed, std::vector<T>& out) {
  if (reader.tag_and_type() == tag_and_type(field, type)) {
    const T value = get(reader);
    if (out.size() < kBucketsMax) out.push_back(value);
    return true;
  }
  if (reader.tag_and_type() != tag_and_type(field, pbf_wire_type::length_delimited)) return false;
  for (const T value : get_packed(reader)) {
    if (out.size() < kBucketsMax) out.push_back(value);
  }
  return true;
}

bool read_doubles(pbf_reader& reader, std::uint32_t field, std::vector<double>& out) {
  return read_repeated(
      reader, field, pbf_wire_type::fixed64, [](pbf_reader& r) { return r.get_double(); },
      [](pbf_reader& r) { return r.get_packed_double(); }, out);
}

bool read_fixed64s(pbf_reader& reader, std::uint32_t field, std::vector<std::uint64_t>& out) {
  return read_repeated(
      reader, field, pbf_wire_type::fixed64, [](pbf_reader& r) { return r.get_fixed64(); },
      [](pbf_reader& r) { return r.get_packed_fixed64(); }, out);
}

bool read_varints(pbf_reader& reader, std::uint32_t field, std::vector<std::uint64_t>& out) {
  return read_repeated(
      reader, field, pbf_wire_type::varint, [](pbf_reader& r) { return r.get_uint64(); },
      [](pbf_reader& r) { return r.get_packed_uint64(); }, out);
}

MetricPoint read_number(std::string_view name, std::string_view bytes) {
  PointBuilder point(name);
  std::optional<Scalar> value;
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    if (point.read_shared(reader, 3, 7, 8)) continue;
    switch (reader.tag_and_type()) {
      case tag_and_type(4, pbf_wire_type::fixed64): value = Scalar::of(reader.get_double()); break;
      case tag_and_type(6, pbf_wire_type::fixed64):
        value = Scalar::of(static_cast<std::int64_t>(reader.get_sfixed64()));
        break;
      default: reader.skip();
    }
  }
  if (value && point.is_recorded()) point.add("", *value);
  return point.take();
}

MetricPoint read_histogram(std::string_view name, std::string_view bytes) {
  PointBuilder point(name);
  std::uint64_t count = 0;
  std::optional<double> sum, min, max;
  std::vector<std::uint64_t> counts;
  std::vector<double> bounds;
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    if (point.read_shared(reader, 3, 9, 10) || read_fixed64s(reader, 6, counts) ||
        read_doubles(reader, 7, bounds)) {
      continue;
    }
    switch (reader.tag_and_type()) {
      case tag_and_type(4, pbf_wire_type::fixed64): count = reader.get_fixed64(); break;
      case tag_and_type(5, pbf_wire_type::fixed64): sum = reader.get_double(); break;
      case tag_and_type(11, pbf_wire_type::fixed64): min = reader.get_double(); break;
      case tag_and_type(12, pbf_wire_type::fixed64): max = reader.get_double(); break;
      default: reader.skip();
    }
  }
  if (point.is_recorded()) {
    point.add_count_and_sum(count, sum);
    point.add_percentiles(from_explicit_bounds(bounds, counts, min, max));
  }
  return point.take();
}

void read_exponential_buckets(std::string_view bytes, ExponentialBuckets& buckets) {
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    if (read_varints(reader, 2, buckets.counts)) continue;
    if (reader.tag_and_type() == tag_and_type(1, pbf_wire_type::varint)) {
      buckets.offset = reader.get_sint32();
    } else {
      reader.skip();
    }
  }
}

MetricPoint read_exponential_histogram(std::string_view name, std::string_view bytes) {
  PointBuilder point(name);
  std::uint64_t count = 0;
  std::optional<double> sum;
  ExponentialHistogram histogram;
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    if (point.read_shared(reader, 3, 1, 10)) continue;
    switch (reader.tag_and_type()) {
      case tag_and_type(4, pbf_wire_type::fixed64): count = reader.get_fixed64(); break;
      case tag_and_type(5, pbf_wire_type::fixed64): sum = reader.get_double(); break;
      case tag_and_type(6, pbf_wire_type::varint): histogram.scale = reader.get_sint32(); break;
      case tag_and_type(7, pbf_wire_type::fixed64):
        histogram.zero_count = reader.get_fixed64();
        break;
      case tag_and_type(8, pbf_wire_type::length_delimited):
        read_exponential_buckets(view_of(reader), histogram.positive);
        break;
      case tag_and_type(9, pbf_wire_type::length_delimited):
        read_exponential_buckets(view_of(reader), histogram.negative);
        break;
      case tag_and_type(12, pbf_wire_type::fixed64): histogram.min = reader.get_double(); break;
      case tag_and_type(13, pbf_wire_type::fixed64): histogram.max = reader.get_double(); break;
      case tag_and_type(14, pbf_wire_type::fixed64):
        histogram.zero_threshold = reader.get_double();
        break;
      default: reader.skip();
    }
  }
  if (point.is_recorded()) {
    point.add_count_and_sum(count, sum);
    point.add_percentiles(from_exponential(histogram));
  }
  return point.take();
}

/// 0.5 is ".p50", 0.999 ".p999"; OTLP uses 0 and 1 for the extremes.
std::string quantile_suffix(double quantile) {
  if (quantile == 0) return ".min";
  if (quantile == 1) return ".max";
  constexpr double kPrecision = 1e6;
  if (!(quantile > 0 && quantile < 1)) return {};
  std::string digits = std::to_string(std::lround(quantile * kPrecision));
  digits.insert(0, 6 - std::min<std::size_t>(6, digits.size()), '0');
  while (digits.size() > 2 && digits.back() == '0') digits.pop_back();
  return ".p" + digits;
}

void read_quantile(std::string_view bytes, PointBuilder& point) {
  double quantile = 0;
  double value = 0;
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::fixed64): quantile = reader.get_double(); break;
      case tag_and_type(2, pbf_wire_type::fixed64): value = reader.get_double(); break;
      default: reader.skip();
    }
  }
  const std::string suffix = quantile_suffix(quantile);
  if (!suffix.empty()) point.add(suffix, Scalar::of(value));
}

MetricPoint read_summary(std::string_view name, std::string_view bytes) {
  PointBuilder point(name);
  std::uint64_t count = 0;
  double sum = 0;
  std::vector<std::string_view> quantiles;
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    if (point.read_shared(reader, 3, 7, 8)) continue;
    switch (reader.tag_and_type()) {
      case tag_and_type(4, pbf_wire_type::fixed64): count = reader.get_fixed64(); break;
      case tag_and_type(5, pbf_wire_type::fixed64): sum = reader.get_double(); break;
      case tag_and_type(6, pbf_wire_type::length_delimited):
        quantiles.push_back(view_of(reader));
        break;
      default: reader.skip();
    }
  }
  if (point.is_recorded()) {
    point.add_count_and_sum(count, sum);
    for (const std::string_view quantile : quantiles) read_quantile(quantile, point);
  }
  return point.take();
}

}  // namespace

MetricPoint read_metric_point(std::uint32_t kind, std::string_view metric_name,
                              std::string_view bytes) {
  switch (kind) {
    case 9: return read_histogram(metric_name, bytes);
    case 10: return read_exponential_histogram(metric_name, bytes);
    case 11: return read_summary(metric_name, bytes);
    default: return read_number(metric_name, bytes);
  }
}

}  // namespace tracery::otlp
