// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/services.h"

namespace tracery::server {

/// One file of the web UI as it was built into the program.
struct UiAsset {
  std::string_view path;  ///< "/assets/app-E35XUZ3T.css".
  std::string_view content_type;
  std::string_view hash;  ///< Of the plain bytes.
  std::string_view plain;
  std::string_view brotli;  ///< Empty when packing gains nothing.
  std::string_view gzip;
};

/// The built-in files, sorted by path; none when the program was built without the UI.
std::span<const UiAsset> bundled_ui();

/// True when an Accept-Encoding header admits `coding`.
bool accepts_encoding(std::string_view accept_encoding, std::string_view coding);

/// The UI file at a path, in the best encoding the client takes; "/" is the shell. Comes from the
/// directory TRACERY_UI_DIR names, if that variable is set, else from the program. False when there
/// is none. `file` is good until the same thread asks again.
bool ui_file(const std::string& path, std::string_view accept_encoding, api::UiFile& file);

}  // namespace tracery::server
