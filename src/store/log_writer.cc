// SPDX-License-Identifier: Apache-2.0
#include "store/log_writer.h"

#include <random>
#include <string_view>

#include "store/recent_requests.h"

namespace tracery::store {

LogWriter::LogWriter(FileSystem& files, Options options, LogEnd end)
    : files_(files),
      options_(std::move(options)),
      next_sequence_(end.next_sequence),
      segments_(std::move(end.segments)),
      seen_files_(std::move(end.seen_files)) {
  if (segments_.empty()) return;
  previous_sequence_ = segments_.back().first_sequence;
  previous_bytes_ = segments_.back().bytes;
}

Status LogWriter::open_segment() {
  header_.salt = std::random_device{}();
  header_.first_sequence = next_sequence_;
  header_.previous_first_sequence = previous_sequence_;
  header_.previous_bytes = previous_bytes_;
  const auto path = options_.directory / segment_file_name(header_.first_sequence);
  auto file = files_.create(path);
  if (!file.ok()) return std::move(file).error();
  file_ = *std::move(file);
  {
    const std::lock_guard lock(segments_mutex_);
    open_first_sequence_ = header_.first_sequence;
  }
  const std::string bytes = encode_segment_header(header_);
  const std::string_view piece = bytes;
  Status made = file_->append({&piece, 1});
  if (made.ok()) made = files_.sync_directory(options_.directory);
  valid_bytes_ = kSegmentHeaderBytes;
  if (!made.ok()) abandon();
  return made;
}

void LogWriter::keep_closed() {
  file_.reset();
  has_unsynced_ = false;
  previous_sequence_ = header_.first_sequence;
  previous_bytes_ = valid_bytes_;
  const std::lock_guard lock(segments_mutex_);
  open_first_sequence_ = 0;
  segments_.push_back({header_.first_sequence, valid_bytes_, false, std::move(requests_)});
  requests_.clear();
}

void LogWriter::abandon() {
  const auto path = options_.directory / segment_file_name(header_.first_sequence);
  // Both are a courtesy to the disk: the next segment's header says what counts.
  if (valid_bytes_ > kSegmentHeaderBytes) {
    keep_closed();
    static_cast<void>(files_.truncate(path, valid_bytes_).ok());
    return;
  }
  file_.reset();
  has_unsynced_ = false;
  static_cast<void>(files_.remove(path).ok());
  const std::lock_guard lock(segments_mutex_);
  open_first_sequence_ = 0;
}

void LogWriter::close() {
  // Synced, so that only the newest segment can have a torn end.
  if (has_unsynced_) static_cast<void>(sync().ok());
  if (file_) keep_closed();
}

Status LogWriter::write_to_segment(std::span<LogFrame* const> frames, bool sync) {
  if (!file_) TRACERY_TRY(open_segment());
  std::string heads;
  heads.reserve(frames.size() * kFrameHeadBytes);
  std::uint64_t sequence = next_sequence_;
  std::uint64_t bytes = 0;
  for (LogFrame* const frame : frames) {
    frame->sequence = sequence++;
    heads += encode_frame_head(*frame, header_.salt);
    bytes += frame->bytes();
  }
  std::vector<std::string_view> pieces;
  pieces.reserve(frames.size() * 3);
  std::string_view rest = heads;
  for (const LogFrame* const frame : frames) {
    pieces.push_back(rest.substr(0, kFrameHeadBytes));
    pieces.push_back(frame->record.header);
    pieces.push_back(frame->record.payload);
    rest.remove_prefix(kFrameHeadBytes);
  }
  Status written = file_->append(pieces);
  // The segment is left; what others were promised in it should still reach the disk.
  if (!written.ok() && has_unsynced_ && !file_->sync().ok()) has_sync_failed_ = true;
  if (written.ok() && sync) {
    written = file_->sync();
    syncs_.fetch_add(1, std::memory_order_relaxed);
  }
  if (!written.ok()) {
    abandon();
    return written;
  }
  for (const LogFrame* const frame : frames) {
    const auto& hash = frame->record.request_hash;
    if (hash) requests_.push_back({*hash, frame->time_ns});
  }
  valid_bytes_ += bytes;
  has_unsynced_ = !sync;
  bytes_written_.fetch_add(bytes, std::memory_order_relaxed);
  next_sequence_.store(sequence, std::memory_order_release);
  return {};
}

Status LogWriter::write(std::span<LogFrame* const> frames, bool sync) {
  if (file_ && valid_bytes_ >= options_.segment_bytes_max) close();
  const bool had_file = file_ != nullptr;
  Status written = write_to_segment(frames, sync);
  // Once more in a new segment: only a failing disk fails there too.
  if (!written.ok() && had_file) written = write_to_segment(frames, sync);
  if (written.ok()) return {};
  return Error{ErrorCode::kUnavailable, "log takes no writes: " + written.error().message};
}

Status LogWriter::sync() {
  if (!file_ || !has_unsynced_) return {};
  const Status synced = file_->sync();
  syncs_.fetch_add(1, std::memory_order_relaxed);
  has_unsynced_ = false;
  if (!synced.ok()) {
    has_sync_failed_ = true;
    abandon();
  }
  return synced;
}

void LogWriter::leave_requests(const LogSegment& segment, std::int64_t now_ns) {
  std::vector<SeenRequest> recent;
  for (const SeenRequest& request : segment.requests) {
    if (now_ns - request.time_ns <= kRequestMemoryNs) recent.push_back(request);
  }
  if (recent.empty()) return;
  // Without it a repeat may be stored twice; keeping the segment would keep a full disk full.
  auto seen = write_seen_requests(files_, options_.directory, segment.first_sequence, recent);
  if (seen.ok()) seen_files_.push_back(*std::move(seen));
}

void LogWriter::remove_old_requests(std::int64_t now_ns) {
  std::erase_if(seen_files_, [&](const SeenFile& seen) {
    return now_ns - seen.newest_ns > kRequestMemoryNs && files_.remove(seen.path).ok();
  });
}

void LogWriter::remove_before(std::uint64_t sequence, std::int64_t now_ns) {
  const std::lock_guard lock(segments_mutex_);
  remove_old_requests(now_ns);
  while (!segments_.empty()) {
    // A segment ends where the next one begins.
    std::uint64_t end = open_first_sequence_ != 0 ? open_first_sequence_ : next_sequence();
    if (segments_.size() > 1) end = segments_[1].first_sequence;
    if (end > sequence) return;
    const auto path = options_.directory / segment_file_name(segments_[0].first_sequence);
    auto aside = path;
    aside += ".bad";
    leave_requests(segments_[0], now_ns);
    const bool is_damaged = segments_[0].is_damaged;
    const Status removed = is_damaged ? files_.rename(path, aside) : files_.remove(path);
    if (!removed.ok()) return;
    segments_.erase(segments_.begin());
  }
}

}  // namespace tracery::store
