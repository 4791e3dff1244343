// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/attribute_reader.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

#include <simdjson.h>

#include "protocols/xray/names.h"

namespace tracery::xray {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

using NamePair = std::pair<std::string_view, std::string_view>;

/// Members of a segment's "aws" that OTLP resources have a name for. Source: the OpenTelemetry
/// Collector's awsxray receiver.
constexpr std::array kAwsNames = {
    NamePair{"account_id", names::kAccountId},
    NamePair{"ec2.instance_id", names::kInstanceId},
    NamePair{"ec2.availability_zone", names::kAvailabilityZone},
    NamePair{"ec2.instance_size", "host.type"},
    NamePair{"ec2.ami_id", "host.image.id"},
    NamePair{"ecs.container", "container.name"},
    NamePair{"ecs.container_id", "container.id"},
    NamePair{"ecs.availability_zone", names::kAvailabilityZone},
    NamePair{"eks.cluster_name", "k8s.cluster.name"},
    NamePair{"eks.pod", "k8s.pod.name"},
    NamePair{"eks.container_id", "container.id"},
    NamePair{"elastic_beanstalk.environment_name", "service.namespace"},
    NamePair{"elastic_beanstalk.version_label", "service.version"},
    NamePair{"elastic_beanstalk.deployment_id", "service.instance.id"},
    NamePair{"xray.sdk", "telemetry.sdk.name"},
    NamePair{"xray.sdk_version", "telemetry.sdk.version"},
    NamePair{"xray.sampling_rule_name", names::kSamplingRule},
    NamePair{"xray.rule_name", names::kSamplingRule},
};

constexpr std::array kServiceNames = {
    NamePair{"version", "service.version"},
    NamePair{"runtime", "process.runtime.name"},
    NamePair{"runtime_version", "process.runtime.version"},
};

template <std::size_t N>
std::string_view find_name(const std::array<NamePair, N>& pairs, std::string_view member) {
  const auto found = std::find_if(pairs.begin(), pairs.end(),
                                  [&](const NamePair& pair) { return pair.first == member; });
  return found == pairs.end() ? std::string_view() : found->second;
}

/// "python" of "X-Ray for Python".
std::string language_of(std::string_view sdk) {
  constexpr std::string_view kFor = " for ";
  const std::size_t at = sdk.find(kFor);
  if (at == std::string_view::npos) return {};
  std::string language(sdk.substr(at + kFor.size()));
  std::transform(language.begin(), language.end(), language.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return language;
}

std::string join_names(std::string_view outer, std::string_view inner) {
  std::string name;
  name.reserve(outer.size() + 1 + inner.size());
  name += outer;
  name += '.';
  name += inner;
  return name;
}

}  // namespace

std::string_view read_text(const element& value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

bool read_truth(const element& value) {
  bool truth = false;
  return value.get(truth) == simdjson::SUCCESS && truth;
}

std::optional<double> read_number(const element& value) {
  double number = 0;
  if (value.get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

std::optional<std::int64_t> read_integer(const element& value) {
  std::int64_t number = 0;
  if (value.get(number) == simdjson::SUCCESS) return number;
  constexpr double kExactMax = 9'007'199'254'740'992.0;
  double fraction = 0;
  if (value.get(fraction) == simdjson::SUCCESS && std::abs(fraction) <= kExactMax) {
    return static_cast<std::int64_t>(fraction);
  }
  const std::string_view text = read_text(value);
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}

void read_attributes(std::string_view name, const element& value, unsigned levels,
                     std::vector<Attribute>& out) {
  switch (value.type()) {
    case element_type::NULL_VALUE: return;
    case element_type::BOOL:
      out.push_back({std::string(name), value.get_bool().value_unsafe()});
      return;
    case element_type::INT64:
      out.push_back({std::string(name), value.get_int64().value_unsafe()});
      return;
    case element_type::UINT64:
      out.push_back({std::string(name), static_cast<double>(value.get_uint64().value_unsafe())});
      return;
    case element_type::DOUBLE:
      out.push_back({std::string(name), value.get_double().value_unsafe()});
      return;
    case element_type::STRING:
      out.push_back({std::string(name), value.get_string().value_unsafe()});
      return;
    case element_type::OBJECT:
      if (levels > 0) {
        // By value: what a simdjson_result gives lives no longer than it.
        const object members = value.get_object().value_unsafe();
        for (const auto member : members) {
          read_attributes(join_names(name, member.key), member.value, levels - 1, out);
        }
        return;
      }
      [[fallthrough]];
    case element_type::ARRAY: out.push_back({std::string(name), simdjson::minify(value)}); return;
  }
}

void read_segment_aws(const element& aws, std::vector<Attribute>& out) {
  const std::size_t first = out.size();
  constexpr unsigned kLevels = 2;
  read_attributes("aws", aws, kLevels, out);
  std::string language;
  for (std::size_t i = first; i < out.size(); ++i) {
    const std::string_view member = std::string_view(out[i].name).substr(names::kAwsPrefix.size());
    const std::string_view known = find_name(kAwsNames, member);
    const auto* text = std::get_if<std::string_view>(&out[i].value);
    if (member == "xray.sdk" && text != nullptr) language = language_of(*text);
    if (!known.empty()) out[i].name = known;
  }
  if (!language.empty()) out.push_back({"telemetry.sdk.language", std::move(language)});
}

void read_service(const element& service, std::vector<Attribute>& out) {
  object members;
  if (service.get(members) != simdjson::SUCCESS) return;
  for (const auto member : members) {
    const std::string_view known = find_name(kServiceNames, member.key);
    read_attributes(known.empty() ? join_names("service", member.key) : std::string(known),
                    member.value, 0, out);
  }
}

}  // namespace tracery::xray
