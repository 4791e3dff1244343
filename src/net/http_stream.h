// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "net/request_handler.h"

namespace tracery::net {

/// The queue between whoever writes a streamed body and the connection that sends it. Bounded: a
/// client that does not read makes write() fail and costs the limit and one piece at most, so that
/// a piece larger than the limit still reaches those who do read. Thread-safe.
class HttpStream final : public BodyStream {
 public:
  struct Taken {
    std::string bytes;       ///< Framed, ready to send.
    bool is_closed = false;  ///< Nothing comes after these bytes.
  };

  /// `wake` is called, from any thread, when there is something new to take.
  HttpStream(std::function<void()> wake, bool is_chunked, std::size_t bytes_max);

  bool write(std::string piece) override;
  void close() override;
  std::size_t pending_bytes() override;

  /// Empties the queue.
  Taken take();
  /// The client has left: every further write fails.
  void set_gone();

 private:
  const std::function<void()> wake_;
  const bool is_chunked_;
  const std::size_t bytes_max_;
  std::mutex mutex_;  // Guards pending_, is_closed_, is_gone_.
  std::string pending_;
  bool is_closed_ = false;
  bool is_gone_ = false;
};

}  // namespace tracery::net
