// SPDX-License-Identifier: Apache-2.0
#include "server/ui_assets.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/hash.h"

namespace tracery::server {
namespace {

constexpr std::string_view kShell = "/index.html";

std::string_view content_type_of(std::string_view path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes = {
      {{".html", "text/html; charset=utf-8"},
       {".js", "text/javascript; charset=utf-8"},
       {".css", "text/css; charset=utf-8"},
       {".svg", "image/svg+xml"},
       {".json", "application/json"},
       {".woff2", "font/woff2"}}};
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

/// Where a developer's build of the UI lies; "" to use the built-in one.
std::string disk_directory() {
  const char* named = std::getenv("TRACERY_UI_DIR");
  if (named != nullptr) return named;
#ifdef TRACERY_UI_DIR
  return TRACERY_UI_DIR;
#else
  return {};
#endif
}

bool read_from_disk(const std::filesystem::path& directory, std::string_view path,
                    api::UiFile& file) {
  thread_local std::string bytes;
  if (path.find("..") != std::string_view::npos) return false;
  const std::filesystem::path name = directory / path.substr(1);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(name, ignored)) return false;
  std::ifstream stream(name, std::ios::binary);
  bytes.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  file = {.bytes = bytes,
          .content_type = std::string(content_type_of(path)),
          .content_encoding = {},
          .etag = '"' + std::to_string(hash64(bytes)) + '"',
          .is_immutable = false};
  return true;
}

bool read_bundled(std::string_view path, std::string_view accept_encoding, api::UiFile& file) {
  const auto assets = bundled_ui();
  const auto found = std::lower_bound(
      assets.begin(), assets.end(), path,
      [](const UiAsset& asset, std::string_view wanted) { return asset.path < wanted; });
  if (found == assets.end() || found->path != path) return false;
  file.bytes = found->plain;
  file.content_encoding = {};
  if (!found->brotli.empty() && accepts_encoding(accept_encoding, "br")) {
    file.bytes = found->brotli;
    file.content_encoding = "br";
  } else if (!found->gzip.empty() && accepts_encoding(accept_encoding, "gzip")) {
    file.bytes = found->gzip;
    file.content_encoding = "gzip";
  }
  file.content_type = found->content_type;
  // A strong tag names these very bytes, so each encoding has its own.
  file.etag = '"' + std::string(found->hash);
  if (!file.content_encoding.empty()) file.etag += '-' + file.content_encoding;
  file.etag += '"';
  file.is_immutable = path.starts_with("/assets/");
  return true;
}

}  // namespace

bool accepts_encoding(std::string_view accept_encoding, std::string_view coding) {
  while (!accept_encoding.empty()) {
    const std::size_t comma = accept_encoding.find(',');
    std::string_view entry = accept_encoding.substr(0, comma);
    accept_encoding.remove_prefix(comma == std::string_view::npos ? accept_encoding.size()
                                                                  : comma + 1);
    const std::size_t semicolon = entry.find(';');
    std::string_view name = entry.substr(0, semicolon);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (name != coding && name != "*") continue;
    if (semicolon == std::string_view::npos) return true;
    const std::size_t weight = entry.find("q=", semicolon);
    // "q=0", "q=0.0" and the like forbid it.
    return weight == std::string_view::npos ||
           entry.find_first_of("123456789", weight) != std::string_view::npos;
  }
  return false;
}

bool ui_file(const std::string& path, std::string_view accept_encoding, api::UiFile& file) {
  if (path.empty() || path.front() != '/') return false;
  const std::string_view wanted = path == "/" ? kShell : std::string_view(path);
  static const std::string directory = disk_directory();
  if (!directory.empty()) return read_from_disk(directory, wanted, file);
  return read_bundled(wanted, accept_encoding, file);
}

}  // namespace tracery::server
