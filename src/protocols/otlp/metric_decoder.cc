// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/metric_decoder.h"

#include <algorithm>

#include <protozero/pbf_reader.hpp>

#include "base/hash.h"
#include "base/time.h"
#include "base/utf8.h"

namespace tracery::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

/// A sink cuts names here; the suffixes must still fit.
constexpr std::size_t kMetricNameBytesMax = 240;
/// Well under the fields an event may have, with room for its attributes.
constexpr std::size_t kValuesPerEvent = 1'000;

std::string_view view_of(pbf_reader& reader) {
  const auto view = reader.get_view();
  return {view.data(), view.size()};
}

/// Equal for points that belong into one event: the same second and the same attributes, in
/// whatever order, byte for byte.
Hash128 group_key(std::int64_t second, std::vector<std::string_view> attributes) {
  std::sort(attributes.begin(), attributes.end());
  std::string key = std::to_string(second);
  for (const std::string_view attribute : attributes) {
    key += ':';
    key += std::to_string(attribute.size());
    key += ':';
    key += attribute;
  }
  return hash128(key);
}

Hash128 with(const Hash128& key, std::uint64_t part) {
  return {key.high ^ mix64(part + 1), key.low + part};
}

}  // namespace

MetricDecoder::MetricDecoder(const OtlpContext& context, model::EventSink& sink)
    : RecordDecoder(context, sink), attributes_(sink) {}

std::string MetricDecoder::dataset_name() const {
  const bool has_header = context_.dataset.find_first_not_of(" \t") != std::string_view::npos;
  return std::string(has_header ? context_.dataset : "unknown_metrics");
}

void MetricDecoder::decode_record(std::string_view record) {
  std::string_view name;
  std::uint32_t kind = 0;
  Pieces data;
  pbf_reader reader(record.data(), record.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::length_delimited): name = view_of(reader); break;
      case tag_and_type(5, pbf_wire_type::length_delimited):
      case tag_and_type(7, pbf_wire_type::length_delimited):
      case tag_and_type(9, pbf_wire_type::length_delimited):
      case tag_and_type(10, pbf_wire_type::length_delimited):
      case tag_and_type(11, pbf_wire_type::length_delimited):
        if (kind != reader.tag()) data = Pieces();
        kind = reader.tag();
        data.add(view_of(reader));
        break;
      default: reader.skip();
    }
  }
  for (std::size_t i = 0; i < data.size(); ++i) decode_points(kind, name, data[i]);
}

void MetricDecoder::decode_points(std::uint32_t kind, std::string_view name,
                                  std::string_view data) {
  const std::string_view short_name = cut_utf8(name, kMetricNameBytesMax);
  pbf_reader reader(data.data(), data.size());
  while (reader.next()) {
    if (reader.tag_and_type() != tag_and_type(1, pbf_wire_type::length_delimited)) {
      reader.skip();
      continue;
    }
    MetricPoint point = read_metric_point(kind, short_name, view_of(reader));
    if (name.empty()) {
      reject("data point left out, its metric has no name", "");
      continue;
    }
    ++outcome_.accepted;
    if (!point.values.empty()) add_point(std::move(point));
  }
}

void MetricDecoder::add_point(MetricPoint point) {
  const std::int64_t time_ns = point.time == 0 ? context_.now_ns : to_time_ns(point.time);
  const std::int64_t second = time_ns / kNsPerSecond;
  const Hash128 key = group_key(second, point.attributes);
  // A second value of a metric within the second must not be lost: it goes into another event.
  const std::uint64_t repeat = seen_[with(key, hash64(point.values.front().name))]++;
  const auto [at, is_new] = group_of_.try_emplace(with(key, repeat), groups_.size());
  if (is_new || groups_[at->second].values.size() >= kValuesPerEvent) {
    at->second = groups_.size();
    groups_.push_back({second * kNsPerSecond, std::move(point.attributes), {}});
  }
  auto& values = groups_[at->second].values;
  values.insert(values.end(), std::make_move_iterator(point.values.begin()),
                std::make_move_iterator(point.values.end()));
}

void MetricDecoder::finish_scope() {
  for (const Group& group : groups_) write_group(group);
  groups_.clear();
  group_of_.clear();
  seen_.clear();
}

void MetricDecoder::write_group(const Group& group) {
  attributes_.clear();
  for (const std::string_view attribute : group.attributes) attributes_.add(attribute);
  sink_.begin_event(dataset_, group.time_ns);
  const std::uint32_t rate = attribute_sample_rate(attributes_).value_or(1);
  if (rate != 1) sink_.set_sample_rate(rate);
  for (const MetricValue& value : group.values) {
    put_scalar(sink_, sink_.field(value.name), value.value);
  }
  attributes_.put_all();
  sink_.put(known_[Known::kSignalType], "metric");
  sink_.put(known_[Known::kSource], "otlp");
  scope_.put_all();
  resource_.put_all();
  sink_.end_event();
}

}  // namespace tracery::otlp
