// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "base/result.h"

namespace tracery::net {

struct UdpOptions {
  std::string address;  ///< "address:port"; port 0 picks a free one.
  /// Asked of the kernel; without the right to go over net.core.rmem_max it gives less.
  int receive_buffer_bytes = 32 << 20;
};

struct UdpCounters {
  std::uint64_t datagrams = 0;
  std::uint64_t bytes = 0;
  std::uint64_t dropped_by_kernel = 0;  ///< The receive buffer was full.
};

/// A UDP socket read by one thread, many datagrams with one call.
class UdpReceiver {
 public:
  /// Gets the datagrams that came together. They live only for the call, which must be short:
  /// meanwhile the kernel's buffer fills. Called on the receiver's thread.
  using Handler = std::function<void(std::span<const std::string_view> datagrams)>;

  /// kConflict when the port is taken.
  static Result<std::unique_ptr<UdpReceiver>> start(const UdpOptions& options, Handler handler);
  /// Takes what has arrived already, then stops.
  ~UdpReceiver();

  /// With its real port.
  const std::string& address() const { return address_; }
  UdpCounters counters() const;

 private:
  UdpReceiver(int socket, std::string address, Handler handler);
  void loop();

  const int socket_;
  const int wake_;  ///< An eventfd; readable once the receiver shall stop.
  const std::string address_;
  const Handler handler_;
  std::atomic<std::uint64_t> datagrams_{0}, bytes_{0}, dropped_{0};
  std::thread thread_;
};

}  // namespace tracery::net
