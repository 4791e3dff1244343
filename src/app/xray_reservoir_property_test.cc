// SPDX-License-Identifier: Apache-2.0
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "app/xray_reservoir.h"
#include "base/time.h"

namespace tracery::app {
namespace {

std::int64_t sum(const std::vector<std::int64_t>& parts) {
  return std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
}

TEST(ShareReservoir, GivesWhatIsAskedForWhileThereIsEnough) {
  const std::vector<double> demands = {3, 1, 0};

  EXPECT_EQ(share_reservoir(4, demands, 0), (std::vector<std::int64_t>{3, 1, 0}));
}

TEST(ShareReservoir, GivesTheHungryWhatOthersLeave) {
  const std::vector<double> demands = {100, 1, 100};

  EXPECT_EQ(share_reservoir(11, demands, 0), (std::vector<std::int64_t>{5, 1, 5}));
}

TEST(ShareReservoir, LetsWhatDoesNotDivideGoRound) {
  const std::vector<double> demands = {9, 9, 9};

  EXPECT_EQ(share_reservoir(4, demands, 0), (std::vector<std::int64_t>{2, 1, 1}));
  EXPECT_EQ(share_reservoir(4, demands, 1), (std::vector<std::int64_t>{1, 2, 1}));
  EXPECT_EQ(share_reservoir(4, demands, 2), (std::vector<std::int64_t>{1, 1, 2}));
}

TEST(ShareReservoir, AddsUpToExactlyTheReservoir) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    const auto size = static_cast<std::int64_t>(random() % 200);
    std::vector<double> demands(1 + random() % 100);
    for (double& demand : demands) demand = static_cast<double>(random() % 50) / 4;

    const auto parts = share_reservoir(size, demands, random());

    EXPECT_EQ(sum(parts), size);
    for (const std::int64_t part : parts) EXPECT_GE(part, 0);
  }
}

/// A hundred SDKs that report every ten seconds, each at a moment and rate of its own.
class Simulation {
 public:
  explicit Simulation(std::int64_t size) : size_(size) {
    for (int i = 0; i < 100; ++i) start_client();
  }

  void run_second() {
    for (Client& client : clients_) {
      if ((now_seconds_ + client.phase) % 10 == 0) report(client);
    }
    now_seconds_ += 1;
  }

  void churn() {
    clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(random_() % clients_.size()));
    start_client();
  }

  std::int64_t held() const { return reservoir_.held(now_seconds_ * kNsPerSecond); }
  /// What clients believe they may take now: they know nothing of each other.
  std::int64_t believed() const {
    std::int64_t sum = 0;
    for (const Client& client : clients_) {
      if (client.grant.expires_ns > now_seconds_ * kNsPerSecond) sum += client.grant.quota;
    }
    return sum;
  }

 private:
  struct Client {
    std::string name;
    std::int64_t phase = 0;
    std::uint64_t requests = 0;
    ReservoirGrant grant;
  };

  void start_client() {
    clients_.push_back({"client-" + std::to_string(next_++),
                        static_cast<std::int64_t>(random_() % 10),
                        random_() % 300,
                        {}});
  }

  void report(Client& client) {
    client.grant =
        reservoir_.report(client.name, client.requests, size_, now_seconds_ * kNsPerSecond);
  }

  std::int64_t size_;
  std::mt19937_64 random_{7};
  std::int64_t now_seconds_ = 1'700'000'040;  // The begin of a minute.
  int next_ = 0;
  std::vector<Client> clients_;
  Reservoir reservoir_;
};

TEST(Reservoir, IsNeverExceededByAHundredClientsThatComeAndGo) {
  for (const std::int64_t size : {0, 1, 5, 50, 99, 100, 101, 1000}) {
    Simulation simulation(size);
    for (int second = 0; second < 600; ++second) {
      if (second % 3 == 0) simulation.churn();
      simulation.run_second();
      ASSERT_LE(simulation.held(), size) << "second " << second;
      ASSERT_LE(simulation.believed(), simulation.held()) << "second " << second;
    }
  }
}

TEST(Reservoir, IsGivenOutToTheLastOnceClientsStay) {
  for (const std::int64_t size : {1, 5, 50, 99, 100, 101, 1000}) {
    Simulation simulation(size);
    for (int second = 0; second < 50; ++second) simulation.run_second();

    EXPECT_EQ(simulation.held(), size);
    EXPECT_EQ(simulation.believed(), size);
  }
}

TEST(Reservoir, ComesBackWhenAClientIsGone) {
  Reservoir reservoir;
  std::int64_t now_ns = 60 * kNsPerSecond;
  EXPECT_EQ(reservoir.report("gone", 100, 5, now_ns).quota, 5);
  EXPECT_EQ(reservoir.report("new", 100, 5, now_ns).quota, 0);

  now_ns += Reservoir::kGrantSeconds * kNsPerSecond;

  EXPECT_EQ(reservoir.clients(now_ns), 0u);
  EXPECT_EQ(reservoir.report("new", 100, 5, now_ns).quota, 5);
}

}  // namespace
}  // namespace tracery::app
