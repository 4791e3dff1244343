// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/trace_context.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <simdjson.h>

#include "base/hex.h"
#include "model/trace_id.h"

namespace tracery::rollbar {
namespace {

namespace dom = simdjson::dom;

/// How SDKs, log formatters and people spell it; compared without case, '_', '.' and '-'.
constexpr std::array<std::string_view, 5> kTraceNames = {"traceid", "oteltraceid", "tracetraceid",
                                                         "xraytraceid", "otelcontexttraceid"};
constexpr std::array<std::string_view, 4> kSpanNames = {"spanid", "otelspanid", "tracespanid",
                                                        "otelcontextspanid"};

std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '_' || c == '.' || c == '-') continue;
    out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return out;
}

template <typename Names>
bool is_one_of(std::string_view name, const Names& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The trace's id in "00-<32 hex>-<16 hex>-<2 hex>".
std::string_view trace_of_traceparent(std::string_view header) {
  return header.size() >= 55 && header[2] == '-' && header[35] == '-' ? header.substr(3, 32)
                                                                      : std::string_view();
}

/// The root in "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=…;Sampled=1".
std::string_view trace_of_amazon_header(std::string_view header) {
  const std::size_t at = header.find("Root=");
  if (at == std::string_view::npos) return {};
  return header.substr(at + 5, header.find(';', at) - at - 5);
}

class Finder {
 public:
  explicit Finder(Report& report) : report_(report) {}

  void take(std::string_view name, const dom::element& value) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return;
    const std::string plain = plain_name(name);
    if (is_one_of(plain, kTraceNames)) {
      take_trace(text);
    } else if (is_one_of(plain, kSpanNames)) {
      take_span(text);
    } else if (plain == "traceparent") {
      take_trace(trace_of_traceparent(text));
    } else if (plain == "xamzntraceid") {
      take_trace(trace_of_amazon_header(text));
    }
  }

  void take_members(const dom::object& object) {
    for (const auto member : object) take(member.key, member.value);
  }

  bool is_done() const { return !report_.trace_id.empty(); }

 private:
  void take_trace(std::string_view text) {
    if (is_done()) return;
    if (const auto id = model::parse_trace_id(text)) report_.trace_id = model::format_trace_id(*id);
  }
  void take_span(std::string_view text) {
    std::array<std::uint8_t, 8> id{};
    if (!report_.span_id.empty() || !from_hex(text, id)) return;
    report_.span_id = to_hex(id);
  }

  Report& report_;
};

void search_telemetry(const dom::object& data, Finder& finder) {
  dom::array entries;
  if (data["telemetry"].get(entries) != simdjson::SUCCESS) {
    dom::object body;
    if (data["body"].get(body) != simdjson::SUCCESS) return;
    if (body["telemetry"].get(entries) != simdjson::SUCCESS) return;
  }
  std::vector<dom::object> bodies;
  for (const dom::element each : entries) {
    dom::object body;
    if (each["body"].get(body) == simdjson::SUCCESS) bodies.push_back(body);
  }
  for (auto body = bodies.rbegin(); body != bodies.rend() && !finder.is_done(); ++body) {
    finder.take_members(*body);
    dom::object headers;
    if ((*body)["request_headers"].get(headers) == simdjson::SUCCESS) finder.take_members(headers);
  }
}

}  // namespace

void read_trace_context(const dom::object& data, Report& report) {
  Finder finder(report);
  const auto search = [&](const simdjson::simdjson_result<dom::element>& place) {
    dom::object object;
    if (!finder.is_done() && place.get(object) == simdjson::SUCCESS) finder.take_members(object);
  };
  search(data["custom"]);
  if (!finder.is_done()) finder.take_members(data);
  search(data["body"]["message"]);
  search(data["body"]["message"]["extra"]);
  search(data["body"]["trace"]["extra"]);
  dom::array attributes;
  if (data["attributes"].get(attributes) == simdjson::SUCCESS && !finder.is_done()) {
    for (const dom::element each : attributes) {
      std::string_view key;
      dom::element value;
      if (each["key"].get(key) != simdjson::SUCCESS) continue;
      if (each["value"].get(value) == simdjson::SUCCESS) finder.take(key, value);
    }
  }
  search(data["request"]["headers"]);
  if (!finder.is_done()) search_telemetry(data, finder);
  if (report.trace_id.empty()) report.span_id.clear();
}

}  // namespace tracery::rollbar
