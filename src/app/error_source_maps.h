// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/database.h"
#include "base/clock.h"
#include "base/result.h"
#include "protocols/rollbar/source_map.h"

namespace tracery::app {

/// A source map as it was uploaded.
struct ErrorSourceMap {
  std::int64_t project_id = 0;
  std::string version;       ///< Of the code, as occurrences name it.
  std::string minified_url;  ///< Where browsers load the minified file from.
  std::string json;
  rollbar::SourceMap::Files files;  ///< Sources that came with it.
};

/// Source maps of JavaScript files, in SQLite. Thread-safe as the database is.
class ErrorSourceMaps {
 public:
  /// One upload, and all of a project together: beyond that its oldest maps are dropped.
  static constexpr std::size_t kUploadBytesMax = 32ULL << 20;
  static constexpr std::int64_t kProjectBytesMax = 512LL << 20;

  ErrorSourceMaps(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  /// Takes the place of one with the same version and URL. kTooLarge, or what reading it says.
  Status put(const ErrorSourceMap& map);

  /// The map of a frame's file: its URL whatever the scheme and query, else one that was uploaded
  /// for `//dynamichost/…`. Nothing when there is none.
  Result<std::optional<rollbar::SourceMap>> find(std::int64_t project_id,
                                                 const std::string& version,
                                                 std::string_view filename);

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace tracery::app
