// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "app/error_source_maps.h"

namespace tracery::api {

/// Leads the frames of one occurrence back through the source maps of its project. Reads each map
/// once; a map that cannot be read counts as none, since the frames are worth seeing without it.
/// For one thread.
class SourceMapping {
 public:
  SourceMapping(app::ErrorSourceMaps& maps, std::int64_t project_id)
      : maps_(maps), project_id_(project_id) {}

  /// The version and whether maps are wanted at all, of a payload's `data`.
  void begin(const nlohmann::json& data);

  /// Of a frame as it was sent.
  std::optional<rollbar::OriginalPlace> find(const nlohmann::json& frame);

 private:
  app::ErrorSourceMaps& maps_;
  std::int64_t project_id_;
  std::string version_;  ///< Empty: map nothing.
  std::int64_t first_column_ = 1;
  std::map<std::string, std::optional<rollbar::SourceMap>> read_;
};

}  // namespace tracery::api
