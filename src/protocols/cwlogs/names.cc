// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/names.h"

#include "model/names.h"

namespace tracery::cwlogs::names {
namespace {

constexpr std::string_view kEscape = "json.";

bool is_ours(std::string_view name) {
  for (const std::string_view prefix : {"aws.log.", "meta.", "trace."}) {
    if (name.starts_with(prefix)) return true;
  }
  return name == model::names::kBody;
}

}  // namespace

std::string column_of_field(std::string_view field) {
  const bool needs_escape = is_ours(field) || field.starts_with(kEscape);
  return std::string(needs_escape ? kEscape : std::string_view()).append(field);
}

std::string_view field_of_column(std::string_view column) {
  if (is_ours(column)) return {};
  if (column.starts_with(kEscape)) return column.substr(kEscape.size());
  return column;
}

}  // namespace tracery::cwlogs::names
