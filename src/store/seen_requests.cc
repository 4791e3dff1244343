// SPDX-License-Identifier: Apache-2.0
#include "store/seen_requests.h"

#include <algorithm>

#include "base/crc32c.h"
#include "store/byte_stream.h"
#include "store/numbered_file.h"

namespace tracery::store {
namespace {

constexpr std::string_view kMagic = "TRCYSEN1";
constexpr std::string_view kPrefix = "seen-";
constexpr std::size_t kRequestBytes = 24;
constexpr std::size_t kCrcBytes = 4;

}  // namespace

std::string encode_seen_requests(std::span<const SeenRequest> requests) {
  std::string out(kMagic);
  out.reserve(kMagic.size() + requests.size() * kRequestBytes + kCrcBytes);
  for (const SeenRequest& request : requests) {
    put_fixed(out, request.hash.high);
    put_fixed(out, request.hash.low);
    put_fixed(out, request.time_ns);
  }
  put_fixed(out, crc32c(out));
  return out;
}

Result<std::vector<SeenRequest>> decode_seen_requests(std::string_view bytes) {
  const Error bad{ErrorCode::kCorrupt, "bad file of seen requests"};
  if (!bytes.starts_with(kMagic) || bytes.size() < kMagic.size() + kCrcBytes) return bad;
  const std::string_view summed = bytes.substr(0, bytes.size() - kCrcBytes);
  ByteReader sum(bytes.substr(summed.size()));
  if (sum.fixed<std::uint32_t>() != crc32c(summed)) return bad;
  std::vector<SeenRequest> requests;
  ByteReader rest(summed.substr(kMagic.size()));
  while (rest.left() >= kRequestBytes) {
    SeenRequest request;
    request.hash.high = rest.fixed<std::uint64_t>();
    request.hash.low = rest.fixed<std::uint64_t>();
    request.time_ns = rest.fixed<std::int64_t>();
    requests.push_back(request);
  }
  if (rest.left() != 0) return bad;
  return requests;
}

Result<SeenFile> write_seen_requests(FileSystem& files, const std::filesystem::path& directory,
                                     std::uint64_t first_sequence,
                                     std::span<const SeenRequest> requests) {
  SeenFile seen{directory / numbered_file_name(kPrefix, first_sequence), 0};
  for (const SeenRequest& request : requests) {
    seen.newest_ns = std::max(seen.newest_ns, request.time_ns);
  }
  const std::string bytes = encode_seen_requests(requests);
  const std::string_view piece = bytes;
  const auto file = TRACERY_TRY(files.create(seen.path));
  TRACERY_TRY(file->append({&piece, 1}));
  TRACERY_TRY(file->sync());
  TRACERY_TRY(files.sync_directory(directory));
  return seen;
}

Result<SeenRequests> read_seen_requests(FileSystem& files, const std::filesystem::path& directory) {
  SeenRequests all;
  const auto names = TRACERY_TRY(files.list(directory));
  for (const std::string& name : names) {
    if (!parse_numbered_file_name(name, kPrefix)) continue;
    SeenFile seen{directory / name, 0};
    const auto file = TRACERY_TRY(files.open(seen.path));
    const std::string bytes = TRACERY_TRY(file->read(0, file->size()));
    const auto requests = decode_seen_requests(bytes);
    if (requests.ok()) {
      for (const SeenRequest& request : *requests) {
        seen.newest_ns = std::max(seen.newest_ns, request.time_ns);
        all.requests.push_back(request);
      }
    }
    all.files.push_back(std::move(seen));
  }
  return all;
}

}  // namespace tracery::store
