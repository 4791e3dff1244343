// SPDX-License-Identifier: Apache-2.0
#include "api/source_mapping.h"

#include <nlohmann/json.hpp>

#include "api/json_body.h"

namespace tracery::api {
namespace {

using nlohmann::json;

json object_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : json::object();
}

}  // namespace

void SourceMapping::begin(const json& data) {
  version_.clear();
  if (!data.is_object()) return;
  const json script = object_at(object_at(data, "client"), "javascript");
  if (!bool_member(script, "source_map_enabled", true)) return;
  version_ = text_member(script, "code_version");
  if (version_.empty()) version_ = text_member(data, "code_version");
  if (version_.empty()) version_ = text_member(object_at(data, "server"), "code_version");
  // The SDK for Node counts columns from 0, the one for browsers from 1 (rollbar.js 3.1,
  // src/server/parser.js).
  first_column_ = text_member(data, "framework") == "node-js" ? 0 : 1;
}

std::optional<rollbar::OriginalPlace> SourceMapping::find(const json& frame) {
  if (version_.empty() || !frame.is_object()) return std::nullopt;
  const std::string filename = text_member(frame, "filename");
  auto known = read_.find(filename);
  if (known == read_.end()) {
    auto found = maps_.find(project_id_, version_, filename);
    known = read_.emplace(filename, found.ok() ? *std::move(found) : std::nullopt).first;
  }
  if (!known->second) return std::nullopt;
  const std::int64_t column = int_member(frame, "colno") - first_column_ + 1;
  return known->second->find(int_member(frame, "lineno"), column);
}

}  // namespace tracery::api
