// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace tracery::app {

/// Splits `size` among clients so that the parts add up to exactly `size`, when there is a client:
/// each gets what it asks for as far as equal shares go, what some leave the others get, and what
/// nobody asks for is spread evenly. What does not divide goes to the clients from `rotation` on.
/// Pure. `demands` are requests a second.
std::vector<std::int64_t> share_reservoir(std::int64_t size, std::span<const double> demands,
                                          std::uint64_t rotation);

/// A part of a reservoir that a client may use up to a moment.
struct ReservoirGrant {
  std::int64_t quota = 0;  ///< Requests a second.
  std::int64_t expires_ns = 0;
};

/// One rule's reservoir and the clients that share it. What clients hold together never exceeds the
/// reservoir: a client that comes new gets its share as the others, at their next report, give up
/// theirs or run out. Not thread-safe.
class Reservoir {
 public:
  static constexpr std::int64_t kGrantSeconds = 30;  ///< Three reports of a client.

  /// A client reports how many requests matched since its last report; gives what it holds now.
  ReservoirGrant report(const std::string& client, std::uint64_t requests, std::int64_t size,
                        std::int64_t now_ns);

  /// Clients that hold a grant, and what they hold together.
  std::size_t clients(std::int64_t now_ns) const;
  std::int64_t held(std::int64_t now_ns) const;

 private:
  struct Client {
    std::int64_t seen_ns = 0;
    double demand = 0;  ///< Requests a second, smoothed.
    ReservoirGrant grant;
  };

  void forget_expired(std::int64_t now_ns);

  std::map<std::string, Client> clients_;
};

}  // namespace tracery::app
