// SPDX-License-Identifier: Apache-2.0
#include "store/log_reader.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tracery::store {
namespace {

struct SegmentFile {
  std::uint64_t first_sequence = 0;
  std::optional<SegmentHeader> header;  ///< Nothing when it is damaged.
};

/// Reads one segment's bytes.
class SegmentScan {
 public:
  SegmentScan(std::string bytes, std::uint32_t salt) : bytes_(std::move(bytes)), salt_(salt) {}

  /// The next whole frame; nothing at the end.
  std::optional<LogFrame> next() {
    while (at_ < bytes_.size()) {
      const std::string_view rest = std::string_view(bytes_).substr(at_);
      auto head = decode_frame_head(rest, salt_);
      if (!head || head->bytes() > rest.size()) {
        skip_to(find_frame_magic(bytes_, at_ + 1));
        continue;
      }
      const std::uint64_t frame_bytes = head->bytes();
      const std::string_view body = rest.substr(kFrameHeadBytes, frame_bytes - kFrameHeadBytes);
      auto frame = decode_frame_body(*std::move(head), body);
      if (!frame) {
        skip_to(at_ + frame_bytes);
        continue;
      }
      at_ += frame_bytes;
      good_end_ = at_;
      damaged_ += std::exchange(pending_, 0);
      return frame;
    }
    return {};
  }

  /// After the last whole frame.
  std::uint64_t good_end() const { return good_end_; }
  /// Bytes skipped between frames, and those after the last one.
  std::uint64_t damaged_bytes() const { return damaged_; }
  std::uint64_t tail_bytes() const { return pending_; }

 private:
  void skip_to(std::size_t to) {
    to = std::min(to, bytes_.size());
    pending_ += to - at_;
    at_ = to;
  }

  std::string bytes_;
  std::uint32_t salt_;
  std::size_t at_ = kSegmentHeaderBytes;
  std::uint64_t good_end_ = kSegmentHeaderBytes;
  std::uint64_t damaged_ = 0;
  std::uint64_t pending_ = 0;
};

Result<std::string> read_whole(FileSystem& files, const std::filesystem::path& path) {
  const auto file = TRACERY_TRY(files.open(path));
  return file->read(0, file->size());
}

Result<std::vector<SegmentFile>> list_segments(FileSystem& files,
                                               const std::filesystem::path& directory) {
  std::vector<SegmentFile> segments;
  const auto names = TRACERY_TRY(files.list(directory));
  for (const std::string& name : names) {
    const auto first_sequence = parse_segment_file_name(name);
    if (!first_sequence) continue;
    SegmentFile segment{*first_sequence, {}};
    const auto file = TRACERY_TRY(files.open(directory / name));
    const std::size_t bytes = std::min<std::uint64_t>(file->size(), kSegmentHeaderBytes);
    const std::string start = TRACERY_TRY(file->read(0, bytes));
    auto header = decode_segment_header(start);
    if (header.ok() && header->first_sequence == *first_sequence) {
      segment.header = *header;
    } else if (!header.ok() && header.error().code == ErrorCode::kUnsupported) {
      return std::move(header).error().with(name);
    }
    segments.push_back(std::move(segment));
  }
  return segments;
}

struct Extent {
  bool counts = true;
  std::optional<std::uint64_t> bytes;  ///< Nothing: to its end.
};

/// How much of segment `index` counts: the next segment with a good header knows.
Extent extent_of(const std::vector<SegmentFile>& segments, std::size_t index) {
  for (std::size_t i = index + 1; i < segments.size(); ++i) {
    if (!segments[i].header) continue;
    const SegmentHeader& header = *segments[i].header;
    if (header.previous_first_sequence == segments[index].first_sequence) {
      return {true, header.previous_bytes};
    }
    // Its predecessor is older: this one was given up before anything in it was acknowledged.
    return {header.previous_first_sequence > segments[index].first_sequence, {}};
  }
  return {};
}

class LogScan {
 public:
  LogScan(FileSystem& files, const std::filesystem::path& directory,
          const std::function<void(LogFrame)>& visit)
      : files_(files), directory_(directory), visit_(visit) {}

  Status read(const SegmentFile& segment, const Extent& extent, bool is_last) {
    const auto path = directory_ / segment_file_name(segment.first_sequence);
    if (!extent.counts) return files_.remove(path);
    std::string bytes = TRACERY_TRY(read_whole(files_, path));
    const bool is_short = extent.bytes && *extent.bytes > bytes.size();
    if (extent.bytes && !is_short) bytes.resize(*extent.bytes);
    const std::uint32_t salt = read_salt(bytes);
    SegmentScan scan(std::move(bytes), salt);
    std::uint64_t frames = 0;
    std::vector<SeenRequest> requests;
    while (auto frame = scan.next()) {
      ++frames;
      if (frame->record.request_hash) {
        requests.push_back({*frame->record.request_hash, frame->time_ns});
      }
      take(*std::move(frame));
    }
    const bool is_torn_creation = is_last && frames == 0 && !segment.header;
    if (is_torn_creation) return files_.remove(path);
    note(segment, scan, is_last, is_short);
    reading_.end.segments.back().requests = std::move(requests);
    return {};
  }

  LogReading finish() && {
    reading_.end.next_sequence = last_sequence_ + 1;
    return std::move(reading_);
  }

 private:
  void take(LogFrame frame) {
    if (frame.sequence <= last_sequence_) return;
    last_sequence_ = frame.sequence;
    ++reading_.frames;
    reading_.bytes += frame.bytes();
    visit_(std::move(frame));
  }

  void note(const SegmentFile& segment, const SegmentScan& scan, bool is_last, bool is_short) {
    std::uint64_t damaged = scan.damaged_bytes();
    if (is_last) {
      reading_.torn_bytes += scan.tail_bytes();
    } else {
      damaged += scan.tail_bytes();
    }
    const bool is_damaged = damaged != 0 || is_short || !segment.header;
    reading_.damaged_bytes += damaged;
    if (is_damaged) ++reading_.damaged_segments;
    reading_.end.segments.push_back({segment.first_sequence, scan.good_end(), is_damaged, {}});
    last_sequence_ = std::max(last_sequence_, segment.first_sequence - 1);
  }

  FileSystem& files_;
  const std::filesystem::path& directory_;
  const std::function<void(LogFrame)>& visit_;
  LogReading reading_;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace

Result<LogReading> read_log(FileSystem& files, const std::filesystem::path& directory,
                            const std::function<void(LogFrame)>& visit) {
  const auto segments = TRACERY_TRY(list_segments(files, directory));
  LogScan scan(files, directory, visit);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool is_last = i + 1 == segments.size();
    TRACERY_TRY(scan.read(segments[i], extent_of(segments, i), is_last));
  }
  return std::move(scan).finish();
}

}  // namespace tracery::store
