// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "store/file_system.h"

/// What stays of a log segment for the time in which a client may send a request again: the hashes
/// of its requests. docs/formats/log.md describes the file.
namespace tracery::store {

struct SeenRequest {
  Hash128 hash;
  std::int64_t time_ns = 0;  ///< When it was received.
};

/// One such file.
struct SeenFile {
  std::filesystem::path path;
  std::int64_t newest_ns = 0;  ///< Of the requests in it; 0 when it cannot be read.
};

std::string encode_seen_requests(std::span<const SeenRequest> requests);
/// kCorrupt when the bytes are not what `encode` gave.
Result<std::vector<SeenRequest>> decode_seen_requests(std::string_view bytes);

/// Writes and syncs the file of the segment that begins with `first_sequence`.
Result<SeenFile> write_seen_requests(FileSystem& files, const std::filesystem::path& directory,
                                     std::uint64_t first_sequence,
                                     std::span<const SeenRequest> requests);

struct SeenRequests {
  std::vector<SeenFile> files;
  std::vector<SeenRequest> requests;  ///< In the order they were received, segment by segment.
};
/// All files in `directory`. One that cannot be read gives no requests: a repeat may then be stored
/// twice, which is better than a store that does not open.
Result<SeenRequests> read_seen_requests(FileSystem& files, const std::filesystem::path& directory);

}  // namespace tracery::store
