// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tracery::query {

/// Numbers texts in the order they first come, so that they can be compared as numbers. Number 0
/// is the empty text. Thread-safe.
class Symbols {
 public:
  Symbols() { number_of({}); }

  std::uint32_t number_of(std::string_view text) {
    const std::lock_guard lock(mutex_);
    const auto found = numbers_.find(text);
    if (found != numbers_.end()) return found->second;
    texts_.emplace_back(text);
    const auto number = static_cast<std::uint32_t>(texts_.size() - 1);
    numbers_.emplace(texts_.back(), number);
    return number;
  }

  /// Valid as long as the table.
  const std::string& text(std::uint32_t number) const {
    const std::lock_guard lock(mutex_);
    return texts_[number];
  }

 private:
  mutable std::mutex mutex_;       // texts_, numbers_
  std::deque<std::string> texts_;  ///< Never moves what it holds.
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

}  // namespace tracery::query
