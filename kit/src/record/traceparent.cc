// SPDX-License-Identifier: Apache-2.0
#include "record/traceparent.h"

#include <algorithm>
#include <array>

#include "wire/hex.h"

namespace tracery::app::record {
namespace {

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool read_root(std::string_view value, TraceId& id) {
  constexpr std::size_t kLength = 35;
  if (value.size() != kLength || !value.starts_with("1-") || value[10] != '-') return false;
  const std::string digits = std::string(value.substr(2, 8)) + std::string(value.substr(11));
  return wire::from_hex(digits, id) && id != TraceId{};
}

}  // namespace

std::optional<Traceparent> parse_traceparent(std::string_view header) {
  constexpr std::size_t kLength = 55;
  header = trim_blanks(header);
  if (header.size() < kLength || header[2] != '-' || header[35] != '-' || header[52] != '-') {
    return std::nullopt;
  }
  const std::string_view version = header.substr(0, 2), trace = header.substr(3, 32);
  const std::string_view span = header.substr(36, 16), flags = header.substr(53, 2);
  if (!is_lower_hex(version) || !is_lower_hex(trace) || !is_lower_hex(span) ||
      !is_lower_hex(flags) || version == "ff") {
    return std::nullopt;
  }
  const bool has_more = header.size() > kLength;
  if (has_more && (version == "00" || header[kLength] != '-')) return std::nullopt;
  Traceparent parent;
  std::array<std::uint8_t, 1> flag_byte{};
  wire::from_hex(trace, parent.trace_id);
  wire::from_hex(span, parent.span_id);
  wire::from_hex(flags, flag_byte);
  parent.flags = flag_byte[0];
  if (parent.trace_id == TraceId{} || parent.span_id == SpanId{}) return std::nullopt;
  return parent;
}

std::string format_traceparent(const Traceparent& parent) {
  const std::array<std::uint8_t, 1> flags = {parent.flags};
  return "00-" + wire::to_hex(parent.trace_id) + "-" + wire::to_hex(parent.span_id) + "-" +
         wire::to_hex(flags);
}

std::optional<XrayHeader> parse_xray_header(std::string_view header) {
  XrayHeader result;
  bool has_root = false;
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(';'), header.size());
    const std::string_view pair = trim_blanks(header.substr(0, end));
    header.remove_prefix(std::min(end + 1, header.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = pair.substr(0, equals), value = pair.substr(equals + 1);
    if (key == "Root") {
      has_root = read_root(value, result.parent.trace_id);
    } else if (key == "Parent") {
      if (!wire::from_hex(value, result.parent.span_id)) result.parent.span_id = {};
    } else if (key == "Sampled") {
      result.sampled = value == "1"   ? XraySampled::kYes
                       : value == "0" ? XraySampled::kNo
                       : value == "?" ? XraySampled::kAsked
                                      : XraySampled::kUnsaid;
    }
  }
  if (!has_root) return std::nullopt;
  result.parent.flags = result.sampled == XraySampled::kYes ? 1 : 0;
  return result;
}

std::string format_xray_trace_id(const TraceId& id) {
  const std::string hex = wire::to_hex(id);
  return "1-" + hex.substr(0, 8) + "-" + hex.substr(8);
}

std::string format_xray_header(const Traceparent& parent) {
  return "Root=" + format_xray_trace_id(parent.trace_id) +
         ";Parent=" + wire::to_hex(parent.span_id) +
         ";Sampled=" + ((parent.flags & 1U) != 0 ? "1" : "0");
}

}  // namespace tracery::app::record
