// SPDX-License-Identifier: Apache-2.0
#include "net/http_stream.h"

#include <utility>

#include "net/http_text.h"

namespace tracery::net {

HttpStream::HttpStream(std::function<void()> wake, bool is_chunked, std::size_t bytes_max)
    : wake_(std::move(wake)), is_chunked_(is_chunked), bytes_max_(bytes_max) {}

bool HttpStream::write(std::string piece) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    if (is_gone_ || is_closed_) return false;
    if (piece.empty()) return true;  // An empty chunk would end the body.
    if (pending_.size() > bytes_max_) return false;
    was_empty = pending_.empty();
    if (is_chunked_) {
      append_chunk(piece, pending_);
    } else {
      pending_ += piece;
    }
  }
  if (was_empty) wake_();
  return true;
}

void HttpStream::close() {
  {
    const std::lock_guard lock(mutex_);
    if (is_closed_ || is_gone_) return;
    is_closed_ = true;
  }
  wake_();
}

std::size_t HttpStream::pending_bytes() {
  const std::lock_guard lock(mutex_);
  return pending_.size();
}

HttpStream::Taken HttpStream::take() {
  const std::lock_guard lock(mutex_);
  return {std::exchange(pending_, {}), is_closed_};
}

void HttpStream::set_gone() {
  const std::lock_guard lock(mutex_);
  is_gone_ = true;
  pending_.clear();
}

}  // namespace tracery::net
