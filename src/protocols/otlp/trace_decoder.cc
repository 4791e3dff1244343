// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/trace_decoder.h"

#include <array>

#include <protozero/pbf_reader.hpp>

#include "base/time.h"
#include "protocols/otlp/sampling.h"

namespace tracery::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

constexpr std::size_t kTraceIdBytes = 16;
constexpr std::size_t kSpanIdBytes = 8;

std::string_view view_of(pbf_reader& reader) {
  const auto view = reader.get_view();
  return {view.data(), view.size()};
}

std::string_view kind_name(std::int32_t kind) {
  constexpr std::array<std::string_view, 6> kNames = {"unspecified", "internal", "server",
                                                      "client",      "producer", "consumer"};
  const auto index = static_cast<std::size_t>(static_cast<std::uint32_t>(kind));
  return index < kNames.size() ? kNames[index] : kNames[0];
}

double to_ms(std::uint64_t ns) { return static_cast<double>(ns) / static_cast<double>(kNsPerMs); }

/// Differs from husky: it takes ids of any length; OTLP calls all but these invalid.
bool is_trace_id(std::string_view id) {
  return is_valid_id(id, kTraceIdBytes) || is_valid_id(id, kSpanIdBytes);
}

/// An empty parent id, or eight zeros, marks a root.
bool has_parent(std::string_view parent_id) { return is_valid_id(parent_id, kSpanIdBytes); }

bool is_bad_parent(std::string_view parent_id) {
  return !parent_id.empty() && parent_id.size() != kSpanIdBytes;
}

}  // namespace

TraceDecoder::TraceDecoder(const OtlpContext& context, model::EventSink& sink)
    : RecordDecoder(context, sink),
      attributes_(sink),
      child_attributes_(sink),
      exception_(sink),
      random_state_(context.random_seed) {}

std::string TraceDecoder::dataset_name() const {
  if (context_.is_classic_key) return std::string(context_.dataset);
  const std::string_view service = service_name();
  return std::string(service.empty() ? "unknown_service" : service);
}

bool TraceDecoder::was_cut() const {
  return attributes_.was_cut() || child_attributes_.was_cut() || exception_.was_cut();
}

void TraceDecoder::decode_record(std::string_view record) {
  read_span(record);
  if (!is_trace_id(span_.trace_id)) {
    return reject("span left out, its trace_id is not 16 bytes or all zeros", span_.name);
  }
  if (!is_valid_id(span_.span_id, kSpanIdBytes)) {
    return reject("span left out, its span_id is not 8 bytes or all zeros", span_.name);
  }
  if (is_bad_parent(span_.parent_id)) {
    return reject("span left out, its parent_span_id is not 8 bytes", span_.name);
  }
  auto rate = attribute_sample_rate(attributes_);
  if (!rate && !span_.trace_state.empty()) {
    rate = sample_rate_of_tracestate(span_.trace_state, next_random());
  }
  span_.sample_rate = rate.value_or(1);
  has_exception_ = false;
  for (const std::string_view event : events_) write_span_event(event);
  for (const std::string_view link : links_) write_link(link);
  write_span();
  ++outcome_.accepted;
}

void TraceDecoder::read_span(std::string_view bytes) {
  span_ = Span();
  events_.clear();
  links_.clear();
  attributes_.clear();
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::length_delimited):
        span_.trace_id = view_of(reader);
        break;
      case tag_and_type(2, pbf_wire_type::length_delimited): span_.span_id = view_of(reader); break;
      case tag_and_type(3, pbf_wire_type::length_delimited):
        span_.trace_state = view_of(reader);
        break;
      case tag_and_type(4, pbf_wire_type::length_delimited):
        span_.parent_id = view_of(reader);
        break;
      case tag_and_type(5, pbf_wire_type::length_delimited): span_.name = view_of(reader); break;
      case tag_and_type(6, pbf_wire_type::varint): span_.kind = reader.get_enum(); break;
      case tag_and_type(7, pbf_wire_type::fixed64): span_.start = reader.get_fixed64(); break;
      case tag_and_type(8, pbf_wire_type::fixed64): span_.end = reader.get_fixed64(); break;
      case tag_and_type(9, pbf_wire_type::length_delimited):
        attributes_.add(view_of(reader));
        break;
      case tag_and_type(11, pbf_wire_type::length_delimited):
        events_.push_back(view_of(reader));
        break;
      case tag_and_type(13, pbf_wire_type::length_delimited):
        links_.push_back(view_of(reader));
        break;
      case tag_and_type(15, pbf_wire_type::length_delimited): read_status(view_of(reader)); break;
      default: reader.skip();
    }
  }
}

void TraceDecoder::read_status(std::string_view bytes) {
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(2, pbf_wire_type::length_delimited):
        span_.status_message = view_of(reader);
        break;
      case tag_and_type(3, pbf_wire_type::varint): span_.status_code = reader.get_enum(); break;
      default: reader.skip();
    }
  }
}

void TraceDecoder::write_span_event(std::string_view bytes) {
  SpanEvent event;
  child_attributes_.clear();
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::fixed64): event.time = reader.get_fixed64(); break;
      case tag_and_type(2, pbf_wire_type::length_delimited): event.name = view_of(reader); break;
      case tag_and_type(3, pbf_wire_type::length_delimited):
        child_attributes_.add(view_of(reader));
        break;
      default: reader.skip();
    }
  }

  open_event(event.time == 0 ? start_time_ns() : to_time_ns(event.time));
  // Before the attributes: husky sets it over them.
  if (is_error()) sink_.put(known_[Known::kError], true);
  child_attributes_.put_all();
  put_child_fields("span_event");
  sink_.put(known_[Known::kName], event.name);
  const bool is_early = event.time != 0 && event.time < span_.start;
  const bool is_timed = event.time != 0 && span_.start != 0 && !is_early;
  sink_.put(known_[Known::kTimeSinceStart], is_timed ? to_ms(event.time - span_.start) : 0.0);
  if (is_early) sink_.put(known_[Known::kInvalidTimeSinceStart], true);
  scope_.put_all();
  resource_.put_all();
  sink_.end_event();

  if (event.name == "exception" && !has_exception_) {
    has_exception_ = true;
    std::swap(exception_, child_attributes_);
  }
}

void TraceDecoder::write_link(std::string_view bytes) {
  std::string_view trace_id;
  std::string_view span_id;
  child_attributes_.clear();
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::length_delimited): trace_id = view_of(reader); break;
      case tag_and_type(2, pbf_wire_type::length_delimited): span_id = view_of(reader); break;
      case tag_and_type(4, pbf_wire_type::length_delimited):
        child_attributes_.add(view_of(reader));
        break;
      default: reader.skip();
    }
  }

  open_event(start_time_ns());
  if (is_error()) sink_.put(known_[Known::kError], true);
  child_attributes_.put_all();
  put_child_fields("link");
  if (is_trace_id(trace_id)) {
    put_trace_id(sink_, known_[Known::kLinkTraceId], trace_id);
  } else {
    warn_once("a span link's trace_id is not 16 bytes or all zeros");
  }
  if (is_valid_id(span_id, kSpanIdBytes)) {
    put_span_id(sink_, known_[Known::kLinkSpanId], span_id);
  } else {
    warn_once("a span link's span_id is not 8 bytes or all zeros");
  }
  scope_.put_all();
  resource_.put_all();
  sink_.end_event();
}

void TraceDecoder::write_span() {
  open_event(start_time_ns());
  attributes_.put_all();
  write_built_in_fields();
  scope_.put_all();
  resource_.put_all();
  if (has_exception_) write_exception();
  sink_.end_event();
}

void TraceDecoder::write_built_in_fields() {
  put_trace_id(sink_, known_[Known::kTraceId], span_.trace_id);
  put_span_id(sink_, known_[Known::kSpanId], span_.span_id);
  if (has_parent(span_.parent_id)) {
    put_span_id(sink_, known_[Known::kParentId], span_.parent_id);
  }
  if (!span_.trace_state.empty()) sink_.put(known_[Known::kTraceState], span_.trace_state);
  sink_.put(known_[Known::kName], span_.name);
  const std::string_view kind = kind_name(span_.kind);
  sink_.put(known_[Known::kType], kind);
  sink_.put(known_[Known::kSpanKind], kind);
  write_duration();
  sink_.put(known_[Known::kStatusCode], span_.status_code);
  if (!span_.status_message.empty()) {
    sink_.put(known_[Known::kStatusMessage], span_.status_message);
  }
  if (is_error()) sink_.put(known_[Known::kError], true);
  sink_.put(known_[Known::kNumEvents], static_cast<std::int64_t>(events_.size()));
  sink_.put(known_[Known::kNumLinks], static_cast<std::int64_t>(links_.size()));
  sink_.put(known_[Known::kSignalType], "trace");
  sink_.put(known_[Known::kSource], "otlp");
}

void TraceDecoder::write_duration() {
  const bool is_valid = span_.start != 0 && span_.end >= span_.start;
  sink_.put(known_[Known::kDurationMs], is_valid ? to_ms(span_.end - span_.start) : 0.0);
  if (!is_valid) sink_.put(known_[Known::kInvalidDuration], true);
}

void TraceDecoder::write_exception() {
  const auto copy = [this](std::string_view key, Scalar::Kind kind) {
    const Scalar* const value = exception_.find(key);
    if (value != nullptr && value->kind == kind) put_scalar(sink_, sink_.field(key), *value);
  };
  copy("exception.message", Scalar::Kind::kString);
  copy("exception.type", Scalar::Kind::kString);
  copy("exception.stacktrace", Scalar::Kind::kString);
  copy("exception.escaped", Scalar::Kind::kBool);
}

void TraceDecoder::put_child_fields(std::string_view annotation_type) {
  put_trace_id(sink_, known_[Known::kTraceId], span_.trace_id);
  put_span_id(sink_, known_[Known::kParentId], span_.span_id);
  sink_.put(known_[Known::kParentName], span_.name);
  sink_.put(known_[Known::kAnnotationType], annotation_type);
  sink_.put(known_[Known::kSignalType], "trace");
  sink_.put(known_[Known::kSource], "otlp");
}

void TraceDecoder::open_event(std::int64_t time_ns) {
  sink_.begin_event(dataset_, time_ns);
  if (span_.sample_rate != 1) sink_.set_sample_rate(span_.sample_rate);
}

/// SplitMix64: one number per span that carries a tracestate, in order, so replay gives the same.
std::uint64_t TraceDecoder::next_random() {
  random_state_ += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = random_state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::int64_t TraceDecoder::start_time_ns() const {
  return span_.start == 0 ? context_.now_ns : to_time_ns(span_.start);
}

}  // namespace tracery::otlp
