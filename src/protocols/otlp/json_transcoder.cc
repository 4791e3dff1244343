// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/json_transcoder.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include <protozero/pbf_writer.hpp>
#include <simdjson.h>

#include "base/check.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "protocols/otlp/any_value.h"

namespace tracery::otlp {
namespace {

using protozero::pbf_writer;
using simdjson::dom::element;
using simdjson::dom::element_type;

/// Levels of messages that are rewritten. The decoder keeps kValueDepthMax levels of values, each
/// of which takes up to three messages, inside seven of the frame; what is deeper is left out.
constexpr int kMessageDepthMax = 3 * kValueDepthMax + 8;
/// As many as the largest messages of the schema have, spans and exponential histograms.
constexpr std::size_t kMembersMax = 12;

std::string_view text_of(const element& value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

template <typename T>
bool parse_all(std::string_view text, T& out) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && stop == end;
}

/// A whole number of 64 bits, signed or not, as its bits.
std::optional<std::uint64_t> integer_of(const element& value) {
  switch (value.type()) {
    case element_type::INT64: return static_cast<std::uint64_t>(value.get_int64().value_unsafe());
    case element_type::UINT64: return value.get_uint64().value_unsafe();
    case element_type::DOUBLE: {
      constexpr double kEnd = 9223372036854775808.0;
      const double real = value.get_double().value_unsafe();
      if (!(real >= -kEnd && real < kEnd) || real != std::floor(real)) return std::nullopt;
      return static_cast<std::uint64_t>(static_cast<std::int64_t>(real));
    }
    case element_type::STRING: {
      const std::string_view text = text_of(value);
      std::int64_t with_sign = 0;
      if (parse_all(text, with_sign)) return static_cast<std::uint64_t>(with_sign);
      std::uint64_t without = 0;
      if (parse_all(text, without)) return without;
      return std::nullopt;
    }
    default: return std::nullopt;
  }
}

std::optional<double> double_of(const element& value) {
  if (value.type() != element_type::STRING) {
    double real = 0;
    if (value.get(real) != simdjson::SUCCESS) return std::nullopt;
    return real;
  }
  const std::string_view text = text_of(value);
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  double real = 0;
  if (!parse_all(text, real)) return std::nullopt;
  return real;
}

/// The bytes of an id in hex, or in base64 where the text has the length and padding of a base64
/// id. Any other text gives one byte: no id has that length, so the record is left out by name.
std::string id_bytes(std::string_view text) {
  constexpr std::size_t kTraceIdBase64 = 24;
  constexpr std::size_t kSpanIdBase64 = 12;
  std::string bytes(text.size() / 2, '\0');
  const std::span<std::uint8_t> out(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size());
  if (text.size() % 2 == 0 && from_hex(text, out)) return bytes;
  const bool is_padded = (text.size() == kTraceIdBase64 && text.substr(22) == "==") ||
                         (text.size() == kSpanIdBase64 && text.back() == '=');
  const auto decoded = is_padded ? from_base64(text) : std::nullopt;
  return decoded.value_or(std::string(1, '\xff'));
}

/// ArrayValue and KeyValueList.
bool is_list(const JsonMessage& message) {
  return message.members.size() == 1 && message.members[0].name == "values";
}

std::int32_t enum_number(std::span<const EnumName> names, std::string_view name) {
  for (const EnumName& entry : names) {
    if (entry.name == name) return entry.number;
  }
  return 0;
}

/// The members of an object that the schema knows; a later one replaces an earlier of its name.
class Members {
 public:
  struct Entry {
    const JsonMember* member = nullptr;
    element value;
  };

  void set(const JsonMember* member, const element& value) {
    const std::uint64_t bit = 1ULL << (member->number % 64);
    if ((seen_ & bit) != 0) remove(member);
    seen_ |= bit;
    if (value.is_null()) return;
    TRACERY_CHECK(count_ < kMembersMax);
    entries_[count_++] = {member, value};
  }
  std::span<const Entry> entries() const { return {entries_.data(), count_}; }

 private:
  void remove(const JsonMember* member) {
    Entry* const end = entries_.data() + count_;
    Entry* const kept = std::remove_if(entries_.data(), end,
                                       [&](const Entry& entry) { return entry.member == member; });
    count_ = static_cast<std::size_t>(kept - entries_.data());
  }

  std::array<Entry, kMembersMax> entries_;
  std::size_t count_ = 0;
  std::uint64_t seen_ = 0;  ///< A bit per member number; two members may share one.
};

class Transcoder {
 public:
  /// `bytes`: what the writers given to it write into.
  explicit Transcoder(const std::string& bytes) : bytes_(bytes) {}

  /// False when a member has the wrong type; `wrong_member` then names it.
  bool write_message(const element& value, const JsonMessage& message, pbf_writer& out, int depth) {
    if (value.is_null()) return true;
    // One published example gives the items of a kvlistValue without the object around them.
    if (value.is_array() && is_list(message)) {
      return depth >= kMessageDepthMax || write_member(value, message.members[0], out, depth);
    }
    simdjson::dom::object object;
    if (value.get(object) != simdjson::SUCCESS) return false;
    if (depth >= kMessageDepthMax) return true;
    Members members;
    std::size_t expected = 0;
    for (const auto field : object) {
      const JsonMember* const member = find_member(message, field.key, expected);
      if (member == nullptr) continue;
      members.set(member, field.value);
      expected = static_cast<std::size_t>(member - message.members.data()) + 1;
    }
    for (const Members::Entry& entry : members.entries()) {
      if (write_member(entry.value, *entry.member, out, depth)) continue;
      if (wrong_member_.empty()) wrong_member_ = entry.member->name;
      return false;
    }
    return true;
  }

  std::string_view wrong_member() const { return wrong_member_; }

 private:
  bool write_member(const element& value, const JsonMember& member, pbf_writer& out, int depth) {
    if (!member.is_repeated) return write_one(value, member, out, depth);
    simdjson::dom::array array;
    if (value.get(array) != simdjson::SUCCESS) return false;
    for (const element item : array) {
      if (!write_one(item, member, out, depth)) return false;
    }
    return true;
  }

  bool write_one(const element& value, const JsonMember& member, pbf_writer& out, int depth) {
    switch (member.kind) {
      case MemberKind::kMessage: return write_nested(value, member, out, depth);
      case MemberKind::kString:
      case MemberKind::kBytes:
      case MemberKind::kId: return write_text(value, member, out);
      case MemberKind::kBool: {
        bool truth = false;
        if (value.get(truth) != simdjson::SUCCESS) return false;
        out.add_bool(member.number, truth);
        return true;
      }
      case MemberKind::kDouble: {
        const auto real = double_of(value);
        if (real) out.add_double(member.number, *real);
        return real.has_value();
      }
      case MemberKind::kEnum:
        if (value.type() == element_type::STRING && !integer_of(value)) {
          out.add_enum(member.number, enum_number(member.names, text_of(value)));
          return true;
        }
        return write_integer(value, member, out);
      default: return write_integer(value, member, out);
    }
  }

  bool write_nested(const element& value, const JsonMember& member, pbf_writer& out, int depth) {
    const std::size_t before = bytes_.size();
    bool is_right = true;
    {
      pbf_writer nested(out, member.number);
      is_right = write_message(value, *member.message, nested, depth + 1);
    }
    // protozero takes an empty message back; as the item of a list it must stand.
    if (bytes_.size() == before) out.add_bytes(member.number, "", 0);
    return is_right;
  }

  static bool write_text(const element& value, const JsonMember& member, pbf_writer& out) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return false;
    if (member.kind == MemberKind::kString) {
      out.add_string(member.number, text.data(), text.size());
    } else if (member.kind == MemberKind::kId) {
      if (!text.empty()) out.add_bytes(member.number, id_bytes(text));
    } else {
      const auto bytes = from_base64(text);
      if (!bytes) return false;
      out.add_bytes(member.number, *bytes);
    }
    return true;
  }

  static bool write_integer(const element& value, const JsonMember& member, pbf_writer& out) {
    const auto bits = integer_of(value);
    if (!bits) return false;
    switch (member.kind) {
      case MemberKind::kSint32:
        out.add_sint32(member.number, static_cast<std::int32_t>(*bits));
        break;
      case MemberKind::kEnum: out.add_enum(member.number, static_cast<std::int32_t>(*bits)); break;
      case MemberKind::kFixed32:
        out.add_fixed32(member.number, static_cast<std::uint32_t>(*bits));
        break;
      case MemberKind::kFixed64: out.add_fixed64(member.number, *bits); break;
      default: out.add_uint64(member.number, *bits); break;
    }
    return true;
  }

  const std::string& bytes_;
  std::string_view wrong_member_;
};

simdjson::error_code parse(simdjson::dom::parser& parser, std::string_view body, element& root) {
  const auto error = parser.parse(body.data(), body.size()).get(root);
  if (error != simdjson::UTF8_ERROR) return error;
  const std::string mended = replace_bad_utf8(body);
  return parser.parse(mended.data(), mended.size()).get(root);
}

}  // namespace

Result<std::string> transcode_json(std::string_view body, const JsonMessage& request) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (body.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    body.remove_prefix(kByteOrderMark.size());
  }
  simdjson::dom::parser parser;
  element root;
  const auto error = parse(parser, body, root);
  if (error != simdjson::SUCCESS) {
    return Error{ErrorCode::kMalformed, simdjson::error_message(error)};
  }
  if (!root.is_object()) return Error{ErrorCode::kMalformed, "the request is not a JSON object"};
  std::string bytes;
  bytes.reserve(body.size() / 2);
  pbf_writer out(bytes);
  Transcoder transcoder(bytes);
  if (!transcoder.write_message(root, request, out, 0)) {
    return Error{ErrorCode::kMalformed,
                 "wrong type of member: " + std::string(transcoder.wrong_member())};
  }
  return bytes;
}

}  // namespace tracery::otlp
