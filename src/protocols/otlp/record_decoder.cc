// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/record_decoder.h"

#include <algorithm>
#include <array>
#include <limits>

#include <protozero/pbf_reader.hpp>

#include "base/utf8.h"
#include "protocols/otlp/sampling.h"

namespace tracery::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

/// In ResourceSpans and its siblings before OTLP 0.19, laid out like today's field 2.
constexpr protozero::pbf_tag_type kOldScopeGroups = 1000;
constexpr std::size_t kNameInMessageBytesMax = 80;

/// Scopes of instrumentation libraries, by language. Source: husky, instrumentationLibraryPrefixes.
constexpr std::array<std::string_view, 9> kLibraryPrefixes = {
    "io.opentelemetry",
    "opentelemetry.instrumentation",
    "OpenTelemetry.Instrumentation",
    "OpenTelemetry::Instrumentation",
    "go.opentelemetry.io/contrib/instrumentation",
    "@opentelemetry/instrumentation",
    "io.opentelemetry.contrib.php",
    "github.com/open-telemetry/opentelemetry-collector",
    "@honeycombio/",
};

std::string_view view_of(pbf_reader& reader) {
  const auto view = reader.get_view();
  return {view.data(), view.size()};
}

bool is_instrumentation_library(std::string_view scope_name) {
  return std::any_of(
      kLibraryPrefixes.begin(), kLibraryPrefixes.end(),
      [&](std::string_view prefix) { return scope_name.substr(0, prefix.size()) == prefix; });
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::span<const std::uint8_t> bytes_of(std::string_view id) {
  return {reinterpret_cast<const std::uint8_t*>(id.data()), id.size()};
}

bool is_all_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

}  // namespace

RecordDecoder::RecordDecoder(const OtlpContext& context, model::EventSink& sink)
    : context_(context), sink_(sink), known_(sink), resource_(sink), scope_(sink) {}

Outcome RecordDecoder::decode(std::string_view body) {
  pbf_reader reader(body.data(), body.size());
  while (reader.next()) {
    if (reader.tag_and_type() == tag_and_type(1, pbf_wire_type::length_delimited)) {
      decode_resource_group(view_of(reader));
    } else {
      reader.skip();
    }
  }
  if (resource_.was_cut() || scope_.was_cut() || was_cut()) {
    warn_once("attribute values nested deeper than 32 levels were cut");
  }
  return std::move(outcome_);
}

// Members may come in any order, so what belongs to the group is read before its records.
void RecordDecoder::decode_resource_group(std::string_view bytes) {
  Pieces resource;
  std::string_view schema_url;
  pbf_reader first_pass(bytes.data(), bytes.size());
  while (first_pass.next()) {
    switch (first_pass.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::length_delimited):
        resource.add(view_of(first_pass));
        break;
      case tag_and_type(3, pbf_wire_type::length_delimited):
        schema_url = view_of(first_pass);
        break;
      default: first_pass.skip();
    }
  }
  read_resource(resource, schema_url);
  dataset_ = sink_.dataset(dataset_name());

  pbf_reader second_pass(bytes.data(), bytes.size());
  while (second_pass.next()) {
    switch (second_pass.tag_and_type()) {
      case tag_and_type(2, pbf_wire_type::length_delimited):
      case tag_and_type(kOldScopeGroups, pbf_wire_type::length_delimited):
        decode_scope_group(view_of(second_pass));
        break;
      default: second_pass.skip();
    }
  }
}

void RecordDecoder::decode_scope_group(std::string_view bytes) {
  Pieces scope;
  std::string_view schema_url;
  pbf_reader first_pass(bytes.data(), bytes.size());
  while (first_pass.next()) {
    switch (first_pass.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::length_delimited): scope.add(view_of(first_pass)); break;
      case tag_and_type(3, pbf_wire_type::length_delimited):
        schema_url = view_of(first_pass);
        break;
      default: first_pass.skip();
    }
  }
  read_scope(scope, schema_url);

  pbf_reader second_pass(bytes.data(), bytes.size());
  while (second_pass.next()) {
    if (second_pass.tag_and_type() == tag_and_type(2, pbf_wire_type::length_delimited)) {
      decode_record(view_of(second_pass));
    } else {
      second_pass.skip();
    }
  }
  finish_scope();
}

void RecordDecoder::read_resource(const Pieces& resource, std::string_view schema_url) {
  resource_.clear();
  for (std::size_t i = 0; i < resource.size(); ++i) {
    pbf_reader reader(resource[i].data(), resource[i].size());
    while (reader.next()) {
      if (reader.tag_and_type() == tag_and_type(1, pbf_wire_type::length_delimited)) {
        resource_.add(view_of(reader));
      } else {
        reader.skip();
      }
    }
  }
  if (!schema_url.empty()) {
    resource_.add_scalar("resource.schema_url", Scalar::of(schema_url));
  }
}

void RecordDecoder::read_scope(const Pieces& scope, std::string_view schema_url) {
  std::string_view name;
  std::string_view version;
  std::vector<std::string_view> attributes;
  for (std::size_t i = 0; i < scope.size(); ++i) {
    pbf_reader reader(scope[i].data(), scope[i].size());
    while (reader.next()) {
      switch (reader.tag_and_type()) {
        case tag_and_type(1, pbf_wire_type::length_delimited): name = view_of(reader); break;
        case tag_and_type(2, pbf_wire_type::length_delimited): version = view_of(reader); break;
        case tag_and_type(3, pbf_wire_type::length_delimited):
          attributes.push_back(view_of(reader));
          break;
        default: reader.skip();
      }
    }
  }
  scope_.clear();
  if (!name.empty()) scope_.add_scalar("library.name", Scalar::of(name));
  if (is_instrumentation_library(name)) {
    scope_.add_scalar("telemetry.instrumentation_library", Scalar::of(true));
  }
  if (!version.empty()) scope_.add_scalar("library.version", Scalar::of(version));
  for (const std::string_view attribute : attributes) scope_.add(attribute);
  if (!schema_url.empty()) scope_.add_scalar("scope.schema_url", Scalar::of(schema_url));
}

std::string_view RecordDecoder::service_name() const {
  constexpr std::string_view kUnknown = "unknown_service";
  const Scalar* const name = resource_.find(model::names::kServiceName);
  if (name == nullptr || name->kind != Scalar::Kind::kString) return {};
  if (name->text.substr(0, kUnknown.size()) == kUnknown) return {};
  return trim(name->text);
}

std::optional<std::uint32_t> RecordDecoder::attribute_sample_rate(
    const AttributeList& record) const {
  const std::array<const SampleRateAttributes*, 3> lists = {
      &record.sample_rate(), &scope_.sample_rate(), &resource_.sample_rate()};
  for (const SampleRateAttributes* list : lists) {
    if (list->preferred) return sample_rate_of(*list->preferred);
  }
  for (const SampleRateAttributes* list : lists) {
    if (list->other) return sample_rate_of(*list->other);
  }
  return std::nullopt;
}

void RecordDecoder::reject(std::string_view reason, std::string_view record_name) {
  ++outcome_.rejected;
  if (!outcome_.message.empty()) return;
  outcome_.message =
      std::string(reason) + ": " + replace_bad_utf8(cut_utf8(record_name, kNameInMessageBytesMax));
}

void RecordDecoder::warn_once(std::string_view warning) {
  auto& warnings = outcome_.warnings;
  if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) {
    warnings.emplace_back(warning);
  }
}

std::int64_t to_time_ns(std::uint64_t unix_nano) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(unix_nano, kMax));
}

bool is_valid_id(std::string_view id, std::size_t bytes) {
  return id.size() == bytes && !is_all_zero(id);
}

void put_trace_id(model::EventSink& sink, model::FieldId field, std::string_view id) {
  constexpr std::size_t kShort = 8;
  if (id.size() == 2 * kShort && is_all_zero(id.substr(0, kShort))) id.remove_prefix(kShort);
  sink.put_id(field, bytes_of(id));
}

void put_span_id(model::EventSink& sink, model::FieldId field, std::string_view id) {
  sink.put_id(field, bytes_of(id));
}

}  // namespace tracery::otlp
