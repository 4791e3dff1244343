// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "protocols/otlp/record_decoder.h"

namespace tracery::otlp {

/// One number of a point, under the name its field has: the metric's, with a suffix for the parts
/// of a histogram or summary.
struct MetricValue {
  std::string name;
  Scalar value;
};

/// What a data point of any kind comes down to.
struct MetricPoint {
  std::uint64_t time = 0;
  std::vector<std::string_view> attributes;  ///< Serialized KeyValues.
  std::vector<MetricValue> values;           ///< Empty when nothing was recorded.
};

/// Reads a point of a `Metric`'s oneof: `kind` is its field number (5 gauge, 7 sum, 9 histogram,
/// 10 exponential histogram, 11 summary).
MetricPoint read_metric_point(std::uint32_t kind, std::string_view metric_name,
                              std::string_view bytes);

/// Points of one scope with equal attributes in the same second become one event with a field per
/// metric. Source: Honeycomb documentation, "Metrics: how events are made"; the translator itself
/// is not public.
class MetricDecoder final : public RecordDecoder {
 public:
  MetricDecoder(const OtlpContext& context, model::EventSink& sink);

 private:
  struct Group {
    std::int64_t time_ns = 0;
    std::vector<std::string_view> attributes;
    std::vector<MetricValue> values;
  };

  std::string dataset_name() const override;
  /// A record is a `Metric`.
  void decode_record(std::string_view record) override;
  void finish_scope() override;
  bool was_cut() const override { return attributes_.was_cut(); }

  void decode_points(std::uint32_t kind, std::string_view name, std::string_view data);
  void add_point(MetricPoint point);
  void write_group(const Group& group);

  AttributeList attributes_;
  std::vector<Group> groups_;
  struct HashOfHash {
    std::size_t operator()(const Hash128& hash) const { return hash.low; }
  };
  std::unordered_map<Hash128, std::size_t, HashOfHash> group_of_;
  /// How often a metric came with the same attributes in the same second.
  std::unordered_map<Hash128, std::uint64_t, HashOfHash> seen_;
};

}  // namespace tracery::otlp
