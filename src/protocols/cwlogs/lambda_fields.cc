// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/lambda_fields.h"

#include <algorithm>

namespace tracery::cwlogs {
namespace {

using query::Datum;

/// What stands between a label and the next blank.
std::string_view after(std::string_view message, std::string_view label) {
  const std::size_t at = message.find(label);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = message.substr(at + label.size());
  return rest.substr(0, rest.find_first_of(" \t\r\n"));
}

Datum text_after(std::string_view message, std::string_view label) {
  const std::string_view text = after(message, label);
  return text.empty() ? Datum() : Datum::text(text);
}

Datum number_after(std::string_view message, std::string_view label, double unit) {
  const auto number = query::parse_decimal(after(message, label));
  return number ? Datum::number(*number * unit) : Datum();
}

constexpr double kMegabyte = 1e6;

Datum type_of(std::string_view message) {
  for (const std::string_view type : {"START", "END", "REPORT"}) {
    if (message.starts_with(type) && message.substr(type.size()).starts_with(" RequestId: ")) {
      return Datum::text(message.substr(0, type.size()));
    }
  }
  return {};
}

struct Named {
  std::string_view name;
  LambdaField read;
};

constexpr Named kFields[] = {
    {"@type", type_of},
    {"@requestId", [](std::string_view m) { return text_after(m, "RequestId: "); }},
    {"@duration", [](std::string_view m) { return number_after(m, "\tDuration: ", 1); }},
    {"@billedDuration", [](std::string_view m) { return number_after(m, "Billed Duration: ", 1); }},
    {"@initDuration", [](std::string_view m) { return number_after(m, "Init Duration: ", 1); }},
    {"@memorySize", [](std::string_view m) { return number_after(m, "Memory Size: ", kMegabyte); }},
    {"@maxMemoryUsed",
     [](std::string_view m) { return number_after(m, "Max Memory Used: ", kMegabyte); }},
    {"@maxMemorySize",
     [](std::string_view m) { return number_after(m, "Max Memory Used: ", kMegabyte); }},
    {"@xrayTraceId", [](std::string_view m) { return text_after(m, "XRAY TraceId: "); }},
    {"@xraySegmentId", [](std::string_view m) { return text_after(m, "SegmentId: "); }},
};

}  // namespace

LambdaField find_lambda_field(std::string_view name) {
  const auto found = std::find_if(std::begin(kFields), std::end(kFields),
                                  [&](const Named& field) { return field.name == name; });
  return found == std::end(kFields) ? nullptr : found->read;
}

}  // namespace tracery::cwlogs
