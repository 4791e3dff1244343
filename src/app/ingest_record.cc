// SPDX-License-Identifier: Apache-2.0
#include "app/ingest_record.h"

#include <cstring>
#include <string_view>

#include "base/hash.h"

// Header of a log record, little endian:
//   version u8 | flags u8 | compression u8 | expand_json_depth u8 | now_ns i64 | random_seed u64 |
//   dataset | event_time | samplerate | context        each string: length u32, bytes
// flags: 1 JSON, 2 classic key. Version 1 has no context.

namespace tracery::app {
namespace {

constexpr std::uint8_t kHeaderVersion = 2;
constexpr std::uint8_t kFlagJson = 1;
constexpr std::uint8_t kFlagClassicKey = 2;

template <typename T>
void put(std::string& out, T number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

/// Takes pieces off the front of the header; `ok` turns false at the first that is not there.
struct Cursor {
  std::string_view rest;
  bool ok = true;

  template <typename T>
  T take() {
    T number{};
    if (rest.size() < sizeof number) {
      ok = false;
      return number;
    }
    std::memcpy(&number, rest.data(), sizeof number);
    rest.remove_prefix(sizeof number);
    return number;
  }

  std::string take_text() {
    const auto bytes = take<std::uint32_t>();
    if (!ok || rest.size() < bytes) {
      ok = false;
      return {};
    }
    std::string text(rest.substr(0, bytes));
    rest.remove_prefix(bytes);
    return text;
  }
};

}  // namespace

store::LogRecord encode_record(IngestRequest request, const DecodeParameters& parameters) {
  store::LogRecord record;
  record.kind = static_cast<std::uint8_t>(request.kind);
  std::string& header = record.header;
  put(header, kHeaderVersion);
  const int flags =
      (request.is_json ? kFlagJson : 0) | (request.is_classic_key ? kFlagClassicKey : 0);
  put(header, static_cast<std::uint8_t>(flags));
  put(header, static_cast<std::uint8_t>(request.compression));
  put(header, static_cast<std::uint8_t>(request.expand_json_depth));
  put(header, parameters.now_ns);
  put(header, parameters.random_seed);
  put_text(header, request.dataset);
  put_text(header, request.event_time);
  put_text(header, request.samplerate);
  put_text(header, request.context);
  record.payload_compressed = request.compression != Compression::kIdentity;
  // An exporter that lost the answer sends the same bytes again, and so does an X-Ray daemon. The
  // Events API is left out: there equal requests are legal.
  const bool is_otlp = request.kind < IngestKind::kHoneycombEvent;
  if (is_otlp || (request.kind == IngestKind::kXraySegments && request.is_json)) {
    record.request_hash = hash128(request.body, hash64(request.dataset, record.kind));
  }
  record.payload = std::move(request.body);
  return record;
}

Result<DecodedRecord> decode_record(const store::LogRecord& record) {
  Cursor cursor{record.header};
  DecodedRecord decoded;
  const auto version = cursor.take<std::uint8_t>();
  const auto flags = cursor.take<std::uint8_t>();
  decoded.request.kind = static_cast<IngestKind>(record.kind);
  decoded.request.is_json = (flags & kFlagJson) != 0;
  decoded.request.is_classic_key = (flags & kFlagClassicKey) != 0;
  decoded.request.compression = static_cast<Compression>(cursor.take<std::uint8_t>());
  decoded.request.expand_json_depth = cursor.take<std::uint8_t>();
  decoded.parameters.now_ns = cursor.take<std::int64_t>();
  decoded.parameters.random_seed = cursor.take<std::uint64_t>();
  decoded.request.dataset = cursor.take_text();
  decoded.request.event_time = cursor.take_text();
  decoded.request.samplerate = cursor.take_text();
  if (version >= 2) decoded.request.context = cursor.take_text();
  if (!cursor.ok || version == 0 || version > kHeaderVersion || !cursor.rest.empty()) {
    return Error{ErrorCode::kCorrupt, "bad record header of kind: " + std::to_string(record.kind)};
  }
  decoded.request.body = record.payload;
  return decoded;
}

}  // namespace tracery::app
