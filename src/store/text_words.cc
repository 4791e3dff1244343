// SPDX-License-Identifier: Apache-2.0
#include "store/text_words.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "store/bloom.h"

namespace tracery::store {
namespace {

/// Longer words go by their first bytes: enough to tell them apart.
constexpr std::size_t kWordBytesMax = 64;

/// The lower-case form of letters and digits, 0 for everything else.
constexpr std::array<char, 256> kFolded = [] {
  std::array<char, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = static_cast<char>(c);
  for (int c = 'a'; c <= 'z'; ++c) {
    table[static_cast<std::size_t>(c)] = static_cast<char>(c);
    table[static_cast<std::size_t>(c - 'a' + 'A')] = static_cast<char>(c);
  }
  return table;
}();

char fold(char c) { return kFolded[static_cast<unsigned char>(c)]; }

/// Calls f(word's hash, never 0, begin, end) for each word of the text.
template <typename F>
void for_each_word(std::string_view text, F&& f) {
  std::array<char, kWordBytesMax> word;
  for (std::size_t at = 0; at < text.size();) {
    if (fold(text[at]) == 0) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    std::size_t bytes = 0;
    for (; at < text.size(); ++at) {
      const char c = fold(text[at]);
      if (c == 0) break;
      if (bytes < word.size()) word[bytes++] = c;
    }
    f(std::max<std::uint64_t>(1, hash64({word.data(), bytes})), begin, at);
  }
}

void keep_distinct(std::vector<std::uint64_t>& hashes) {
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

/// Distinct 64-bit hashes; open addressing, 0 stands for an empty slot.
class HashSet {
 public:
  HashSet() : slots_(std::size_t{1} << 14) {}

  void add(std::uint64_t hash) {
    std::uint64_t& slot = find(hash);
    if (slot == hash) return;
    slot = hash;
    if (++count_ * 2 > slots_.size()) grow();
  }

  std::size_t size() const { return count_; }

  template <typename F>
  void for_each(F&& f) const {
    for (const std::uint64_t hash : slots_) {
      if (hash != 0) f(hash);
    }
  }

 private:
  std::uint64_t& find(std::uint64_t hash) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & mask;
    return slots_[at];
  }

  void grow() {
    std::vector<std::uint64_t> old(slots_.size() * 2);
    old.swap(slots_);
    for (const std::uint64_t hash : old) {
      if (hash != 0) find(hash) = hash;
    }
  }

  std::vector<std::uint64_t> slots_;
  std::size_t count_ = 0;
};

}  // namespace

std::uint64_t hash_word(std::string_view word) {
  std::uint64_t hash = 0;
  for_each_word(word, [&](std::uint64_t each, std::size_t, std::size_t) { hash = each; });
  return hash;
}

std::vector<std::uint64_t> words_of(std::string_view text) {
  std::vector<std::uint64_t> words;
  for_each_word(text, [&](std::uint64_t hash, std::size_t, std::size_t) { words.push_back(hash); });
  keep_distinct(words);
  return words;
}

std::vector<std::uint64_t> inner_words_of(std::string_view needle) {
  std::vector<std::uint64_t> words;
  for_each_word(needle, [&](std::uint64_t hash, std::size_t begin, std::size_t end) {
    if (begin > 0 && end < needle.size()) words.push_back(hash);
  });
  keep_distinct(words);
  return words;
}

void put_word_filter(std::string& out, std::span<const std::string_view> texts) {
  HashSet words;
  for (const std::string_view text : texts) {
    for_each_word(text, [&](std::uint64_t hash, std::size_t, std::size_t) { words.add(hash); });
  }
  SplitBlockBloom filter(words.size());
  words.for_each([&](std::uint64_t hash) { filter.add(hash); });
  out += filter.bytes();
}

}  // namespace tracery::store
