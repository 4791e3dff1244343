// SPDX-License-Identifier: Apache-2.0
#include "app/error_source_maps.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace tracery::app {
namespace {

constexpr std::string_view kAnyHost = "dynamichost";

/// A URL without scheme, query and fragment: "host/path". A path stays as it is.
std::string place_of(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const bool is_url =
      url.starts_with("http://") || url.starts_with("https://") || url.starts_with("//");
  if (is_url) url.remove_prefix(url.find("//") + 2);
  return std::string(url);
}

std::string with_any_host(const std::string& place) {
  const std::size_t slash = place.find('/');
  if (slash == std::string::npos) return place;
  return std::string(kAnyHost) + place.substr(slash);
}

}  // namespace

Status ErrorSourceMaps::put(const ErrorSourceMap& map) {
  nlohmann::json files = nlohmann::json::object();
  for (const auto& [path, text] : map.files) files[path] = text;
  const std::string file_text =
      files.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const std::size_t bytes = map.json.size() + file_text.size();
  if (bytes > kUploadBytesMax) {
    return Error{ErrorCode::kTooLarge, "source map and sources are larger than 32 MiB"};
  }
  TRACERY_TRY(rollbar::SourceMap::read(map.json));
  return database_.in_transaction([&]() -> Status {
    TRACERY_TRY(database_.run(
        "INSERT OR REPLACE INTO error_source_map(project_id, version, place, map, files, bytes, "
        "created_ns) VALUES(?,?,?,?,?,?,?)",
        {map.project_id, map.version, place_of(map.minified_url), map.json, file_text,
         static_cast<std::int64_t>(bytes), clock_.now_ns()}));
    TRACERY_TRY(database_.run(
        "DELETE FROM error_source_map WHERE id IN (SELECT id FROM (SELECT id, sum(bytes) OVER "
        "(ORDER BY id DESC) AS kept FROM error_source_map WHERE project_id = ?) WHERE kept > ?)",
        {map.project_id, kProjectBytesMax}));
    return {};
  });
}

Result<std::optional<rollbar::SourceMap>> ErrorSourceMaps::find(std::int64_t project_id,
                                                                const std::string& version,
                                                                std::string_view filename) {
  const std::string place = place_of(filename);
  for (const std::string& name : {place, with_any_host(place)}) {
    const auto rows = TRACERY_TRY(
        database_.run("SELECT map, files FROM error_source_map WHERE project_id = ? AND version = "
                      "? AND place = ?",
                      {project_id, version, name}));
    if (rows.empty()) continue;
    const auto files = nlohmann::json::parse(text_of(rows[0].at(1)), nullptr, false);
    if (!files.is_object()) return Error{ErrorCode::kCorrupt, "metadata: sources of a source map"};
    return std::optional(TRACERY_TRY(
        rollbar::SourceMap::read(text_of(rows[0].at(0)), files.get<rollbar::SourceMap::Files>())));
  }
  return std::optional<rollbar::SourceMap>();
}

}  // namespace tracery::app
