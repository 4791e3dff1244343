// SPDX-License-Identifier: Apache-2.0
#include "net/udp_receiver.h"

#include <arpa/inet.h>
#include <condition_variable>
#include <mutex>
#include <netinet/in.h>
#include <set>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "net/address.h"

namespace tracery::net {
namespace {

/// A socket that sends to a receiver.
class Sender {
 public:
  explicit Sender(const std::string& address) {
    socket_ = ::socket(AF_INET, SOCK_DGRAM, 0);
    to_.sin_family = AF_INET;
    to_.sin_port = htons(parse_address(address)->port);
    to_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  ~Sender() { ::close(socket_); }

  void send(const std::string& text) const {
    const auto sent = ::sendto(socket_, text.data(), text.size(), 0,
                               reinterpret_cast<const sockaddr*>(&to_), sizeof to_);
    ASSERT_EQ(sent, static_cast<ssize_t>(text.size()));
  }

 private:
  int socket_ = -1;
  sockaddr_in to_{};
};

/// Keeps what a receiver got.
struct Mailbox {
  std::mutex mutex;
  std::condition_variable changed;
  std::multiset<std::string> texts;

  UdpReceiver::Handler handler() {
    return [this](std::span<const std::string_view> datagrams) {
      const std::lock_guard lock(mutex);
      for (const std::string_view datagram : datagrams) texts.emplace(datagram);
      changed.notify_all();
    };
  }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(60), [&] { return texts.size() >= count; });
  }
};

TEST(UdpReceiver, GivesDatagramsWhole) {
  Mailbox mailbox;
  const auto receiver = *UdpReceiver::start({.address = "127.0.0.1:0"}, mailbox.handler());
  const Sender sender(receiver->address());
  const std::string large(60'000, 'x');

  sender.send("one");
  sender.send("");
  sender.send(large);

  ASSERT_TRUE(mailbox.wait_for(3));
  EXPECT_EQ(mailbox.texts, (std::multiset<std::string>{"one", "", large}));
  EXPECT_EQ(receiver->counters().datagrams, 3u);
  EXPECT_EQ(receiver->counters().bytes, 60'003u);
  EXPECT_EQ(receiver->counters().dropped_by_kernel, 0u);
}

TEST(UdpReceiver, RefusesAPortThatIsTaken) {
  Mailbox mailbox;
  const auto receiver = *UdpReceiver::start({.address = "127.0.0.1:0"}, mailbox.handler());

  const auto second = UdpReceiver::start({.address = receiver->address()}, mailbox.handler());

  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
}

TEST(UdpReceiver, TakesWhatHasArrivedBeforeItStops) {
  Mailbox mailbox;
  auto receiver = *UdpReceiver::start({.address = "127.0.0.1:0"}, mailbox.handler());
  const Sender sender(receiver->address());

  for (int i = 0; i < 100; ++i) sender.send(std::to_string(i));
  receiver.reset();

  EXPECT_EQ(mailbox.texts.size(), 100u);
}

}  // namespace
}  // namespace tracery::net
