// SPDX-License-Identifier: Apache-2.0
#include "api/aws_event_stream.h"

#include <cstdint>

#include "base/crc32.h"
#include "base/json_writer.h"

namespace tracery::api {
namespace {

// total length u32 | length of headers u32 | CRC-32 of those u32 | headers | payload |
// CRC-32 of all before u32. Big endian.
constexpr std::size_t kFrameBytes = 16;
constexpr char kTextType = 7;

void put_u16(std::string& out, std::size_t number) {
  out += static_cast<char>(number >> 8 & 0xff);
  out += static_cast<char>(number & 0xff);
}

void put_u32(std::string& out, std::size_t number) {
  put_u16(out, number >> 16);
  put_u16(out, number);
}

}  // namespace

std::string encode_event_message(
    const std::vector<std::pair<std::string_view, std::string_view>>& headers,
    std::string_view payload) {
  std::string encoded_headers;
  for (const auto& [name, value] : headers) {
    encoded_headers += static_cast<char>(name.size());
    encoded_headers += name;
    encoded_headers += kTextType;
    put_u16(encoded_headers, value.size());
    encoded_headers += value;
  }
  std::string message;
  put_u32(message, kFrameBytes + encoded_headers.size() + payload.size());
  put_u32(message, encoded_headers.size());
  put_u32(message, crc32(message));
  message += encoded_headers;
  message += payload;
  put_u32(message, crc32(message));
  return message;
}

std::string encode_stream_event(std::string_view event_type, std::string_view json) {
  return encode_event_message({{":message-type", "event"},
                               {":event-type", event_type},
                               {":content-type", "application/json"}},
                              json);
}

std::string encode_stream_exception(std::string_view exception_type, std::string_view message) {
  const std::string json =
      JsonWriter().begin_object().field("message", message).end_object().take();
  return encode_event_message({{":message-type", "exception"},
                               {":exception-type", exception_type},
                               {":content-type", "application/json"}},
                              json);
}

}  // namespace tracery::api
