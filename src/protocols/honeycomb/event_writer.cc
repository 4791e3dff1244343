// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/event_writer.h"

#include <charconv>

#include "base/utf8.h"
#include "model/names.h"

namespace tracery::honeycomb {
namespace {

/// A sink cuts names here; cutting prefixes too keeps long keys of outer objects from being copied
/// into every name inside.
constexpr std::size_t kNameBytesMax = 256;

}  // namespace

EventWriter::EventWriter(const EventContext& context, model::EventSink& sink)
    : sink_(sink),
      dataset_(sink.dataset(context.dataset)),
      expand_depth_(context.expand_json_depth) {}

void EventWriter::begin(std::int64_t time_ns, std::uint32_t sample_rate) {
  has_trace_ = false;
  sink_.begin_event(dataset_, time_ns);
  if (sample_rate != 1) sink_.set_sample_rate(sample_rate);
}

void EventWriter::end() {
  // What the event itself says stands: a sink keeps a field's first value.
  put(model::names::kSignalType, std::string_view(has_trace_ ? "trace" : "log"));
  put(model::names::kSource, std::string_view("honeycomb"));
  sink_.end_event();
}

std::string nested_name(std::string_view outer, std::string_view inner) {
  std::string name(cut_utf8(outer, kNameBytesMax));
  name += '.';
  name += cut_utf8(inner, kNameBytesMax);
  return name;
}

std::uint32_t to_sample_rate(double value) {
  constexpr std::uint32_t kRateMax = 0x7fffffffU;
  if (!(value > 0)) return 1;
  if (value >= static_cast<double>(kRateMax)) return kRateMax;
  const auto rate = static_cast<std::uint32_t>(value + 0.5);
  return rate == 0 ? 1 : rate;
}

std::uint32_t parse_sample_rate(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end ? to_sample_rate(value) : 1;
}

}  // namespace tracery::honeycomb
