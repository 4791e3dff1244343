// SPDX-License-Identifier: Apache-2.0
#include "store/head_dictionary.h"

#include "base/hash.h"

namespace tracery::store {
namespace {

// Less than a quarter of a window's strings known already: the next ones are appended unseen. The plain
// stretch is longer than the window, so that a column of unique strings seldom pays for looking.
constexpr std::uint32_t kWindow = 4'096;
constexpr std::uint32_t kPlainStrings = 8 * kWindow;

}  // namespace

std::uint32_t HeadDictionary::add(std::string_view text, std::uint32_t tag) {
  const std::string_view kept = arena_.store(text);
  entries_.append({kept.data(), static_cast<std::uint32_t>(kept.size()), tag});
  memory_bytes_ += kept.size() + sizeof(Entry);
  return entries_.appended() - 1;
}

std::uint32_t HeadDictionary::intern(std::string_view text, std::uint64_t hash) {
  if (plain_left_ > 0) {
    --plain_left_;
    return add(text, 0);
  }
  if (hash == 0) hash = hash64(text) | 1;
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  const std::uint64_t key = mix64(hash);
  const std::uint32_t found = index_.find(key, [&](std::uint32_t i) {
    const Entry& entry = entries_[i];
    return entry.tag == tag && std::string_view(entry.data, entry.size) == text;
  });
  if (++lookups_ == kWindow) {
    if (hits_ < kWindow / 4) plain_left_ = kPlainStrings;
    lookups_ = 0;
    hits_ = 0;
  }
  if (found != kNoIndex) {
    ++hits_;
    return found;
  }
  const std::uint32_t code = add(text, tag);
  const std::size_t before = index_.memory_bytes();
  index_.add(key, code);
  memory_bytes_ += index_.memory_bytes() - before;
  return code;
}

}  // namespace tracery::store
