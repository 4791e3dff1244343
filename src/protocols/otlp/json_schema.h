// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tracery::otlp {

/// How a member is written in JSON and in protobuf.
enum class MemberKind : std::uint8_t {
  kString,
  kBytes,  ///< Base64.
  kId,     ///< Hex, OTLP's deviation from protobuf's JSON mapping.
  kBool,
  kInt64,   ///< Varint, also int32 and uint32.
  kSint32,  ///< Zig-zag varint.
  kEnum,    ///< A number, or its name.
  kFixed32,
  kFixed64,
  kDouble,
  kMessage,
};

struct EnumName {
  std::string_view name;
  std::int32_t number = 0;
};

struct JsonMessage;

struct JsonMember {
  std::string_view name;  ///< lowerCamelCase; the snake_case spelling is taken too.
  std::uint32_t number = 0;
  MemberKind kind = MemberKind::kString;
  bool is_repeated = false;
  const JsonMessage* message = nullptr;  ///< For kMessage.
  std::span<const EnumName> names = {};  ///< For kEnum.
};

/// What the decoders need to know of a message of opentelemetry-proto 1.11; members they do not
/// read are not listed, so they are skipped like unknown ones.
struct JsonMessage {
  std::span<const JsonMember> members;
};

extern const JsonMessage kTracesRequest;
extern const JsonMessage kLogsRequest;
extern const JsonMessage kMetricsRequest;

/// The member a key names, in either spelling; nullptr for an unknown one. `expected` is where to
/// look first: senders keep to the schema's order, so that is mostly right.
const JsonMember* find_member(const JsonMessage& message, std::string_view key,
                              std::size_t expected = 0);

}  // namespace tracery::otlp
