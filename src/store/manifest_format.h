// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/part.h"

/// The bytes of the manifest; docs/formats/manifest.md is their description.
namespace tracery::store {

/// One step from a list of parts to the next: all of it or nothing.
struct ManifestEdit {
  std::vector<PartInfo> add;
  std::vector<std::string> remove;  ///< File names.
  /// Every log record before this sequence number is in a part.
  std::optional<std::uint64_t> log_mark;
};

/// What all edits together say.
struct ManifestState {
  std::map<std::string, PartInfo, std::less<>> parts;  ///< By file name.
  std::uint64_t log_mark = 1;
};

/// kCorrupt when the edit adds a part that is there or removes one that is not.
Status apply_edit(const ManifestEdit& edit, ManifestState& state);

std::string encode_manifest_header();
std::string encode_edit(const ManifestEdit& edit);

struct ManifestReading {
  ManifestState state;
  /// The file ends in an edit that was never finished, or whose bytes went bad.
  bool has_bad_tail = false;
};
/// kCorrupt when bytes before the last edit are bad; kUnsupported for another version.
Result<ManifestReading> decode_manifest(std::string_view bytes);

/// The content of CURRENT, and the number it names; kCorrupt when it is anything else.
std::string encode_current(std::uint64_t number);
Result<std::uint64_t> decode_current(std::string_view bytes);

std::string manifest_file_name(std::uint64_t number);
std::optional<std::uint64_t> parse_manifest_file_name(std::string_view name);

}  // namespace tracery::store
