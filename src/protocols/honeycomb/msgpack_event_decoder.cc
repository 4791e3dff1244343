// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "base/hex.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "protocols/honeycomb/event_writer.h"
#include "protocols/honeycomb/msgpack_reader.h"

namespace tracery::honeycomb {
namespace {

using Kind = MsgpackValue::Kind;

std::uint32_t sample_rate_of(const MsgpackValue& value) {
  switch (value.kind) {
    case Kind::kInt: return to_sample_rate(static_cast<double>(value.integer));
    case Kind::kUint: return to_sample_rate(static_cast<double>(value.unsigned_integer));
    case Kind::kDouble: return to_sample_rate(value.real);
    case Kind::kString: return parse_sample_rate(value.bytes);
    default: return 1;
  }
}

std::int64_t time_of(const MsgpackValue& value, std::int64_t now_ns) {
  switch (value.kind) {
    case Kind::kTime: return value.integer;
    case Kind::kString: return parse_event_time_ns(value.bytes, now_ns);
    case Kind::kInt: return integer_time_ns(value.integer, now_ns);
    case Kind::kDouble: return seconds_time_ns(value.real, now_ns);
    default: return now_ns;
  }
}

class MsgpackEvents {
 public:
  MsgpackEvents(const EventContext& context, model::EventSink& sink, const EventLimits& limits)
      : context_(context), limits_(limits), writer_(context, sink) {}

  /// Writes an event from a value that `skip` has passed. Empty, or why it was not written.
  std::string_view write(std::string_view data, std::int64_t time_ns, std::uint32_t sample_rate) {
    MsgpackReader reader(data);
    const auto head = reader.next();
    if (!head || head->kind != Kind::kMap) return kBadBody;
    if (head->count == 0) return kEmptyEvent;
    if (head->count > limits_.fields_max) return kTooManyColumns;
    if (data.size() > limits_.event_bytes_max) return kBodyTooLarge;
    members_.clear();
    for (std::uint32_t i = 0; i < head->count; ++i) {
      const auto key = reader.next();
      const std::size_t before = reader.bytes_left();
      const std::string_view value = data.substr(data.size() - before);
      reader.skip(kNestingMax);
      members_.push_back({key->bytes, value.substr(0, before - reader.bytes_left())});
    }
    writer_.begin(time_ns, sample_rate);
    // The sink keeps the first of equal names, readers of maps the last.
    for (auto it = members_.rbegin(); it != members_.rend(); ++it) put(it->key, it->value);
    writer_.end();
    return {};
  }

  EntryOutcome write_entry(std::string_view entry) {
    MsgpackReader reader(entry);
    const auto head = reader.next();
    if (!head || head->kind != Kind::kMap) return {400, std::string(kBadBody)};
    std::string_view data;
    std::int64_t time_ns = context_.now_ns;
    std::uint32_t sample_rate = 1;
    for (std::uint32_t i = 0; i < head->count; ++i) {
      const auto key = reader.next();
      const std::size_t before = reader.bytes_left();
      const std::string_view rest = entry.substr(entry.size() - before);
      reader.skip(kNestingMax);
      const std::string_view value = rest.substr(0, before - reader.bytes_left());
      if (key->bytes == "data") {
        data = value;
      } else if (key->bytes == "time") {
        time_ns = time_of(*MsgpackReader(value).next(), context_.now_ns);
      } else if (key->bytes == "samplerate") {
        sample_rate = sample_rate_of(*MsgpackReader(value).next());
      }
    }
    constexpr std::string_view kNil = "\xc0";
    if (data.empty() || data == kNil) return {400, std::string(kEmptyEvent)};
    const std::string_view error = write(data, time_ns, sample_rate);
    if (!error.empty()) return {400, std::string(error)};
    return {};
  }

 private:
  struct Member {
    std::string_view key;
    std::string_view value;  ///< The bytes of one whole value.
  };

  void put(std::string_view name, std::string_view bytes) {
    MsgpackReader reader(bytes);
    put_next(name, reader, 0);
  }

  void put_next(std::string_view name, MsgpackReader& reader, unsigned depth) {
    const MsgpackReader start = reader;
    const auto value = reader.next();
    switch (value->kind) {
      case Kind::kNil:
      case Kind::kExtension: break;
      case Kind::kBool: writer_.put(name, value->truth); break;
      case Kind::kInt: writer_.put(name, value->integer); break;
      case Kind::kUint: writer_.put(name, static_cast<double>(value->unsigned_integer)); break;
      case Kind::kDouble: writer_.put(name, value->real); break;
      case Kind::kString: writer_.put(name, value->bytes); break;
      case Kind::kBinary: writer_.put(name, std::string_view(to_base64(value->bytes))); break;
      case Kind::kTime: writer_.put(name, std::string_view(format_rfc3339(value->integer))); break;
      case Kind::kMap:
        if (depth < writer_.expand_depth()) {
          for (std::uint32_t i = 0; i < value->count; ++i) {
            const auto key = reader.next();
            put_next(nested_name(name, key->bytes), reader, depth + 1);
          }
          break;
        }
        [[fallthrough]];
      case Kind::kArray: {
        reader = start;
        JsonWriter json;
        reader.write_json(json);
        writer_.put(name, std::string_view(json.text()));
        break;
      }
    }
  }

  const EventContext& context_;
  const EventLimits& limits_;
  EventWriter writer_;
  std::vector<Member> members_;
};

}  // namespace

Status decode_msgpack_event(std::string_view body, const EventContext& context,
                            model::EventSink& sink, const EventLimits& limits) {
  MsgpackReader check(body);
  if (!check.skip(kNestingMax) || !check.at_end()) {
    return Error{ErrorCode::kMalformed, std::string(kBadBody)};
  }
  MsgpackEvents events(context, sink, limits);
  const std::string_view error =
      events.write(body, parse_event_time_ns(context.event_time, context.now_ns),
                   parse_sample_rate(context.samplerate));
  if (error == kBadBody) return Error{ErrorCode::kMalformed, std::string(error)};
  if (!error.empty()) return Error{ErrorCode::kInvalid, std::string(error)};
  return {};
}

Result<BatchOutcome> decode_msgpack_batch(std::string_view body, const EventContext& context,
                                          model::EventSink& sink, const EventLimits& limits) {
  MsgpackReader check(body);
  if (!check.skip(kNestingMax) || !check.at_end()) {
    return Error{ErrorCode::kMalformed, std::string(kBadBody)};
  }
  MsgpackReader reader(body);
  const auto head = reader.next();
  if (head->kind != Kind::kArray) return Error{ErrorCode::kMalformed, std::string(kBadBody)};
  if (head->count > limits.events_max) {
    return Error{ErrorCode::kTooLarge, std::string(kBodyTooLarge)};
  }
  MsgpackEvents events(context, sink, limits);
  BatchOutcome outcome;
  outcome.entries.reserve(head->count);
  for (std::uint32_t i = 0; i < head->count; ++i) {
    const std::size_t before = reader.bytes_left();
    const std::string_view rest = body.substr(body.size() - before);
    reader.skip(kNestingMax);
    outcome.entries.push_back(events.write_entry(rest.substr(0, before - reader.bytes_left())));
    if (outcome.entries.back().error.empty()) ++outcome.accepted;
  }
  return outcome;
}

}  // namespace tracery::honeycomb
