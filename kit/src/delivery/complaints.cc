// SPDX-License-Identifier: Apache-2.0
#include "delivery/complaints.h"

#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>

namespace tracery::app {

void complain(std::string_view source, std::string_view what) noexcept {
  using Clock = std::chrono::steady_clock;
  // Leaked on purpose: threads may complain while the program ends.
  static auto& mutex = *new std::mutex;
  static auto& last_by_source = *new std::map<std::string, Clock::time_point, std::less<>>;
  constexpr std::size_t kSourcesMax = 256;
  {
    const std::lock_guard lock(mutex);
    const Clock::time_point now = Clock::now();
    const auto last = last_by_source.find(source);
    if (last != last_by_source.end() && now - last->second < std::chrono::minutes(1)) return;
    if (last == last_by_source.end() && last_by_source.size() >= kSourcesMax) return;
    last_by_source.insert_or_assign(std::string(source), now);
  }
  std::fprintf(stderr, "tracery: %.*s: %.*s\n", static_cast<int>(source.size()), source.data(),
               static_cast<int>(what.size()), what.data());
}

}  // namespace tracery::app
