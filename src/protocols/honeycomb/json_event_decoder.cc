// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <simdjson.h>

#include "base/utf8.h"
#include "protocols/honeycomb/event_writer.h"

namespace tracery::honeycomb {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

struct Member {
  std::string_view key;
  element value;
};

// By value: what a simdjson_result gives lives no longer than it, which a range-for does not see.
object object_of(const element& value) { return value.get_object().value_unsafe(); }
array array_of(const element& value) { return value.get_array().value_unsafe(); }

std::uint32_t sample_rate_of(const element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return parse_sample_rate(text);
  double number = 1;
  return value.get(number) == simdjson::SUCCESS ? to_sample_rate(number) : 1;
}

std::int64_t time_of(const element& value, std::int64_t now_ns) {
  switch (value.type()) {
    case element_type::STRING:
      return parse_event_time_ns(value.get_string().value_unsafe(), now_ns);
    case element_type::INT64: return integer_time_ns(value.get_int64().value_unsafe(), now_ns);
    case element_type::UINT64:
      return parse_event_time_ns(std::to_string(value.get_uint64().value_unsafe()), now_ns);
    case element_type::DOUBLE: return seconds_time_ns(value.get_double().value_unsafe(), now_ns);
    default: return now_ns;
  }
}

/// The bytes `value` takes as JSON, near enough: escapes and the digits of numbers are not counted.
std::size_t json_bytes(const element& value) {
  constexpr std::size_t kPunctuation = 4;
  std::size_t bytes = kPunctuation;
  switch (value.type()) {
    case element_type::STRING: return bytes + value.get_string().value_unsafe().size();
    case element_type::ARRAY:
      for (const element item : array_of(value)) bytes += json_bytes(item);
      return bytes;
    case element_type::OBJECT:
      for (const auto field : object_of(value)) {
        bytes += field.key.size() + kPunctuation + json_bytes(field.value);
      }
      return bytes;
    default: return bytes;
  }
}

class JsonEvents {
 public:
  JsonEvents(const EventContext& context, model::EventSink& sink, const EventLimits& limits)
      : context_(context), limits_(limits), writer_(context, sink) {}

  /// Empty when the event was written, else why it was not.
  std::string_view write(const element& data, std::int64_t time_ns, std::uint32_t sample_rate) {
    object fields;
    if (data.get(fields) != simdjson::SUCCESS) return kBadBody;
    members_.clear();
    for (const auto field : fields) members_.push_back({field.key, field.value});
    if (members_.empty()) return kEmptyEvent;
    if (members_.size() > limits_.fields_max) return kTooManyColumns;
    writer_.begin(time_ns, sample_rate);
    // The sink keeps the first of equal names, JSON readers the last.
    for (auto it = members_.rbegin(); it != members_.rend(); ++it) put(it->key, it->value, 0);
    writer_.end();
    return {};
  }

  EntryOutcome write_entry(const element& entry, bool check_bytes) {
    object members;
    if (entry.get(members) != simdjson::SUCCESS) return {400, std::string(kBadBody)};
    element data;
    bool has_data = false;
    std::int64_t time_ns = context_.now_ns;
    std::uint32_t sample_rate = 1;
    for (const auto member : members) {
      if (member.key == "data") {
        data = member.value;
        has_data = !member.value.is_null();
      } else if (member.key == "time") {
        time_ns = time_of(member.value, context_.now_ns);
      } else if (member.key == "samplerate") {
        sample_rate = sample_rate_of(member.value);
      }
    }
    if (!has_data) return {400, std::string(kEmptyEvent)};
    if (check_bytes && json_bytes(data) > limits_.event_bytes_max) {
      return {400, std::string(kBodyTooLarge)};
    }
    const std::string_view error = write(data, time_ns, sample_rate);
    if (!error.empty()) return {400, std::string(error)};
    return {};
  }

 private:
  void put(std::string_view name, const element& value, unsigned depth) {
    switch (value.type()) {
      case element_type::STRING: writer_.put(name, value.get_string().value_unsafe()); break;
      case element_type::BOOL: writer_.put(name, value.get_bool().value_unsafe()); break;
      case element_type::INT64: writer_.put(name, value.get_int64().value_unsafe()); break;
      case element_type::UINT64:
        writer_.put(name, static_cast<double>(value.get_uint64().value_unsafe()));
        break;
      case element_type::DOUBLE: writer_.put(name, value.get_double().value_unsafe()); break;
      case element_type::NULL_VALUE: break;
      case element_type::OBJECT:
        if (depth < writer_.expand_depth()) {
          for (const auto field : object_of(value)) {
            put(nested_name(name, field.key), field.value, depth + 1);
          }
          break;
        }
        [[fallthrough]];
      case element_type::ARRAY: {
        const std::string text = simdjson::minify(value);
        writer_.put(name, std::string_view(text));
        break;
      }
    }
  }

  const EventContext& context_;
  const EventLimits& limits_;
  EventWriter writer_;
  std::vector<Member> members_;
};

bool parse(simdjson::dom::parser& parser, std::string_view body, element& root) {
  auto error = parser.parse(body.data(), body.size()).get(root);
  if (error == simdjson::UTF8_ERROR) {
    const std::string mended = replace_bad_utf8(body);
    error = parser.parse(mended.data(), mended.size()).get(root);
  }
  return error == simdjson::SUCCESS;
}

}  // namespace

Status decode_json_event(std::string_view body, const EventContext& context, model::EventSink& sink,
                         const EventLimits& limits) {
  simdjson::dom::parser parser;
  element root;
  if (!parse(parser, body, root) || !root.is_object()) {
    return Error{ErrorCode::kMalformed, std::string(kBadBody)};
  }
  JsonEvents events(context, sink, limits);
  const std::string_view error =
      events.write(root, parse_event_time_ns(context.event_time, context.now_ns),
                   parse_sample_rate(context.samplerate));
  if (!error.empty()) return Error{ErrorCode::kInvalid, std::string(error)};
  return {};
}

Result<BatchOutcome> decode_json_batch(std::string_view body, const EventContext& context,
                                       model::EventSink& sink, const EventLimits& limits) {
  simdjson::dom::parser parser;
  element root;
  simdjson::dom::array entries;
  if (!parse(parser, body, root) || root.get(entries) != simdjson::SUCCESS) {
    return Error{ErrorCode::kMalformed, std::string(kBadBody)};
  }
  if (entries.size() > limits.events_max) {
    return Error{ErrorCode::kTooLarge, std::string(kBodyTooLarge)};
  }
  const bool check_bytes = body.size() > limits.event_bytes_max;
  JsonEvents events(context, sink, limits);
  BatchOutcome outcome;
  outcome.entries.reserve(entries.size());
  for (const element entry : entries) {
    outcome.entries.push_back(events.write_entry(entry, check_bytes));
    if (outcome.entries.back().error.empty()) ++outcome.accepted;
  }
  return outcome;
}

}  // namespace tracery::honeycomb
