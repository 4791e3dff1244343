// SPDX-License-Identifier: Apache-2.0
#include "app/xray_reservoir.h"

#include <algorithm>
#include <cmath>

#include "base/time.h"

namespace tracery::app {
namespace {

constexpr double kReportSeconds = 10;  // How often clients report.
/// What does not divide changes hands this seldom, so that shares have time to settle.
constexpr std::int64_t kRotationSeconds = 60;

std::int64_t wanted(double demand) {
  constexpr double kMax = 1e9;
  return static_cast<std::int64_t>(std::ceil(std::clamp(demand, 0.0, kMax)));
}

/// One more for each of the first `count` of `members`, counted from `rotation` on.
void add_one_each(std::vector<std::int64_t>& parts, const std::vector<std::size_t>& members,
                  std::int64_t count, std::uint64_t rotation) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto place = (rotation + static_cast<std::uint64_t>(i)) % members.size();
    ++parts[members[place]];
  }
}

}  // namespace

std::vector<std::int64_t> share_reservoir(std::int64_t size, std::span<const double> demands,
                                          std::uint64_t rotation) {
  std::vector<std::int64_t> parts(demands.size(), 0);
  if (demands.empty() || size <= 0) return parts;
  std::vector<std::size_t> hungry;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < demands.size(); ++i) {
    all.push_back(i);
    if (wanted(demands[i]) > 0) hungry.push_back(i);
  }
  std::int64_t left = size;
  while (!hungry.empty()) {
    const std::int64_t each = left / static_cast<std::int64_t>(hungry.size());
    if (each == 0) break;
    std::vector<std::size_t> still_hungry;
    for (const std::size_t i : hungry) {
      const std::int64_t part = std::min(each, wanted(demands[i]) - parts[i]);
      parts[i] += part;
      left -= part;
      if (parts[i] < wanted(demands[i])) still_hungry.push_back(i);
    }
    hungry = std::move(still_hungry);
  }
  if (!hungry.empty()) {
    add_one_each(parts, hungry, left, rotation);
    return parts;
  }
  const auto clients = static_cast<std::int64_t>(all.size());
  for (std::int64_t& part : parts) part += left / clients;
  add_one_each(parts, all, left % clients, rotation);
  return parts;
}

ReservoirGrant Reservoir::report(const std::string& client, std::uint64_t requests,
                                 std::int64_t size, std::int64_t now_ns) {
  forget_expired(now_ns);
  const bool is_new = !clients_.contains(client);
  Client& self = clients_[client];
  const double elapsed =
      is_new ? kReportSeconds
             : std::max(1.0, static_cast<double>(now_ns - self.seen_ns) / kNsPerSecond);
  const double demand = static_cast<double>(requests) / elapsed;
  self.demand = is_new ? demand : (self.demand + demand) / 2;
  self.seen_ns = now_ns;

  std::vector<double> demands;
  std::size_t place = 0;
  std::int64_t held_by_others = 0;
  for (const auto& [name, other] : clients_) {
    if (&other == &self) {
      place = demands.size();
    } else {
      held_by_others += other.grant.quota;
    }
    demands.push_back(other.demand);
  }
  const auto rotation = static_cast<std::uint64_t>(now_ns / (kRotationSeconds * kNsPerSecond));
  const std::int64_t share = share_reservoir(size, demands, rotation)[place];
  self.grant.quota = std::clamp<std::int64_t>(size - held_by_others, 0, share);
  self.grant.expires_ns = now_ns + kGrantSeconds * kNsPerSecond;
  return self.grant;
}

void Reservoir::forget_expired(std::int64_t now_ns) {
  std::erase_if(clients_, [&](const auto& each) { return each.second.grant.expires_ns <= now_ns; });
}

std::size_t Reservoir::clients(std::int64_t now_ns) const {
  return static_cast<std::size_t>(
      std::count_if(clients_.begin(), clients_.end(),
                    [&](const auto& each) { return each.second.grant.expires_ns > now_ns; }));
}

std::int64_t Reservoir::held(std::int64_t now_ns) const {
  std::int64_t sum = 0;
  for (const auto& [name, client] : clients_) {
    if (client.grant.expires_ns > now_ns) sum += client.grant.quota;
  }
  return sum;
}

}  // namespace tracery::app
