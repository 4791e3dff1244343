// SPDX-License-Identifier: Apache-2.0
#include "net/udp_receiver.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "base/check.h"
#include "net/address.h"

namespace tracery::net {
namespace {

constexpr std::size_t kDatagramsAtOnce = 64;
constexpr std::size_t kDatagramBytesMax = 64 * 1024;  // UDP carries at most 65,507.

Error socket_error(const std::string& what, const std::string& address) {
  const bool is_taken = errno == EADDRINUSE;
  const std::string why = is_taken ? "address already in use" : std::strerror(errno);
  return {is_taken ? ErrorCode::kConflict : ErrorCode::kIo, what + ": " + why + ": " + address};
}

/// Buffers and headers for one call of recvmmsg.
class Inbox {
 public:
  Inbox() : bytes_(kDatagramsAtOnce * kDatagramBytesMax) {
    for (std::size_t i = 0; i < kDatagramsAtOnce; ++i) {
      pieces_[i] = {bytes_.data() + i * kDatagramBytesMax, kDatagramBytesMax};
      msghdr& header = messages_[i].msg_hdr;
      header.msg_iov = &pieces_[i];
      header.msg_iovlen = 1;
    }
  }

  /// What waits, without waiting for more; empty when nothing does.
  std::span<const std::string_view> receive(int socket) {
    for (std::size_t i = 0; i < kDatagramsAtOnce; ++i) {
      messages_[i].msg_hdr.msg_control = controls_[i].data();
      messages_[i].msg_hdr.msg_controllen = controls_[i].size();
    }
    const int count = ::recvmmsg(socket, messages_.data(), kDatagramsAtOnce, MSG_DONTWAIT, nullptr);
    if (count <= 0) return {};
    const auto received = static_cast<std::size_t>(count);
    for (std::size_t i = 0; i < received; ++i) {
      views_[i] = {static_cast<const char*>(pieces_[i].iov_base), messages_[i].msg_len};
    }
    read_drops(messages_[received - 1].msg_hdr);
    return std::span(views_).first(received);
  }

  /// Datagrams the kernel dropped for this socket so far.
  std::uint32_t dropped() const { return dropped_; }

 private:
  void read_drops(msghdr& header) {
    for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
         control = CMSG_NXTHDR(&header, control)) {
      if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SO_RXQ_OVFL) {
        std::memcpy(&dropped_, CMSG_DATA(control), sizeof dropped_);
      }
    }
  }

  std::vector<char> bytes_;
  std::array<iovec, kDatagramsAtOnce> pieces_{};
  std::array<std::array<char, 64>, kDatagramsAtOnce> controls_{};
  std::array<mmsghdr, kDatagramsAtOnce> messages_{};
  std::array<std::string_view, kDatagramsAtOnce> views_{};
  std::uint32_t dropped_ = 0;
};

void widen_buffer(int socket, int bytes) {
  if (::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0) return;
  // Without the right to force it the kernel gives up to its own limit.
  static_cast<void>(::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes));
}

Result<std::uint16_t> bound_port(int socket, const std::string& address) {
  sockaddr_storage bound{};
  socklen_t bytes = sizeof bound;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &bytes) != 0) {
    return socket_error("listen", address);
  }
  std::array<char, NI_MAXSERV> port{};
  ::getnameinfo(reinterpret_cast<sockaddr*>(&bound), bytes, nullptr, 0, port.data(), port.size(),
                NI_NUMERICSERV | NI_DGRAM);
  return static_cast<std::uint16_t>(std::strtoul(port.data(), nullptr, 10));
}

}  // namespace

Result<std::unique_ptr<UdpReceiver>> UdpReceiver::start(const UdpOptions& options,
                                                        Handler handler) {
  const Address wanted = TRACERY_TRY(parse_address(options.address));
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int resolved =
      ::getaddrinfo(wanted.host.c_str(), std::to_string(wanted.port).c_str(), &hints, &found);
  if (resolved != 0) {
    return Error{ErrorCode::kIo,
                 std::string("listen: ") + ::gai_strerror(resolved) + ": " + options.address};
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, ::freeaddrinfo);
  const int socket = ::socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return socket_error("listen", options.address);
  const int yes = 1;
  widen_buffer(socket, options.receive_buffer_bytes);
  ::setsockopt(socket, SOL_SOCKET, SO_RXQ_OVFL, &yes, sizeof yes);
  if (::bind(socket, found->ai_addr, found->ai_addrlen) != 0) {
    Error error = socket_error("listen", options.address);
    ::close(socket);
    return error;
  }
  const auto port = bound_port(socket, options.address);
  if (!port.ok()) {
    ::close(socket);
    return port.error();
  }
  return std::unique_ptr<UdpReceiver>(
      new UdpReceiver(socket, format_address(wanted.host, *port), std::move(handler)));
}

UdpReceiver::UdpReceiver(int socket, std::string address, Handler handler)
    : socket_(socket),
      wake_(::eventfd(0, EFD_CLOEXEC)),
      address_(std::move(address)),
      handler_(std::move(handler)) {
  TRACERY_CHECK(wake_ >= 0);
  thread_ = std::thread([this] { loop(); });
}

UdpReceiver::~UdpReceiver() {
  const std::uint64_t one = 1;
  TRACERY_CHECK(::write(wake_, &one, sizeof one) == sizeof one);
  thread_.join();
  ::close(socket_);
  ::close(wake_);
}

UdpCounters UdpReceiver::counters() const { return {datagrams_, bytes_, dropped_}; }

void UdpReceiver::loop() {
  const auto inbox = std::make_unique<Inbox>();
  std::array<pollfd, 2> watched{pollfd{socket_, POLLIN, 0}, pollfd{wake_, POLLIN, 0}};
  while (true) {
    if (::poll(watched.data(), watched.size(), -1) < 0) continue;
    for (auto datagrams = inbox->receive(socket_); !datagrams.empty();
         datagrams = inbox->receive(socket_)) {
      datagrams_ += datagrams.size();
      for (const std::string_view datagram : datagrams) bytes_ += datagram.size();
      dropped_ = inbox->dropped();
      handler_(datagrams);
    }
    if ((watched[1].revents & POLLIN) != 0) return;
  }
}

}  // namespace tracery::net
