// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/event_decoder.h"

#include "base/json_writer.h"
#include "protocols/honeycomb/event_writer.h"

namespace tracery::honeycomb {
namespace {

bool is_blank(std::string_view body) {
  return body.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string batch_json(const BatchOutcome& outcome) {
  JsonWriter out;
  out.begin_array();
  for (const EntryOutcome& entry : outcome.entries) {
    out.begin_object().field("status", entry.status);
    if (!entry.error.empty()) {
      out.field("error", std::string_view(entry.error));
      out.field("err", std::string_view(entry.error));
    }
    out.end_object();
  }
  out.end_array();
  return out.take();
}

void add_big_endian(std::string& out, std::uint64_t value, unsigned bytes) {
  while (bytes-- > 0) out.push_back(static_cast<char>((value >> (8 * bytes)) & 0xffU));
}

/// A string of up to 65,535 bytes; no error text is longer.
void add_msgpack_text(std::string& out, std::string_view text) {
  const std::string_view kept = text.substr(0, 0xffff);
  out.push_back('\xda');
  add_big_endian(out, kept.size(), 2);
  out += kept;
}

std::string batch_msgpack(const BatchOutcome& outcome) {
  std::string out;
  out.push_back('\xdd');
  add_big_endian(out, outcome.entries.size(), 4);
  for (const EntryOutcome& entry : outcome.entries) {
    out.push_back(static_cast<char>(entry.error.empty() ? 0x81 : 0x83));
    add_msgpack_text(out, "status");
    out.push_back('\xcd');
    add_big_endian(out, static_cast<std::uint64_t>(entry.status), 2);
    if (entry.error.empty()) continue;
    add_msgpack_text(out, "error");
    add_msgpack_text(out, entry.error);
    add_msgpack_text(out, "err");
    add_msgpack_text(out, entry.error);
  }
  return out;
}

}  // namespace

Status decode_event(std::string_view body, Format format, const EventContext& context,
                    model::EventSink& sink, const EventLimits& limits) {
  if (is_blank(body)) return Error{ErrorCode::kInvalid, std::string(kEmptyBody)};
  if (body.size() > limits.event_bytes_max) {
    return Error{ErrorCode::kTooLarge, std::string(kBodyTooLarge)};
  }
  return format == Format::kJson ? decode_json_event(body, context, sink, limits)
                                 : decode_msgpack_event(body, context, sink, limits);
}

Result<BatchOutcome> decode_batch(std::string_view body, Format format, const EventContext& context,
                                  model::EventSink& sink, const EventLimits& limits) {
  if (is_blank(body)) return Error{ErrorCode::kInvalid, std::string(kEmptyBody)};
  return format == Format::kJson ? decode_json_batch(body, context, sink, limits)
                                 : decode_msgpack_batch(body, context, sink, limits);
}

std::string encode_batch_response(const BatchOutcome& outcome, Format format) {
  return format == Format::kJson ? batch_json(outcome) : batch_msgpack(outcome);
}

}  // namespace tracery::honeycomb
