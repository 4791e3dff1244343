// SPDX-License-Identifier: Apache-2.0
#include "store/string_codes.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "base/hash.h"
#include "store/string_dictionary.h"

namespace tracery::store {
namespace {

/// A shared dictionary pays once each entry stands for two rows or more.
constexpr std::uint64_t kRowsPerEntryMin = 2;
/// After this many entries without one in 64 repeating, a row group's strings are taken as unique.
constexpr std::size_t kRepeatProbe = 1024;

/// Calls `visit(row, code)` for each row that has a value.
template <typename Visit>
void for_each_code(const ColumnVector& vector, Visit visit) {
  const auto run = [&](const auto* codes) {
    for (std::uint32_t row = 0; row < vector.rows; ++row) {
      if (codes[row] != 0) visit(row, static_cast<std::uint32_t>(codes[row]));
    }
  };
  switch (vector.code_bytes) {
    case 1: return run(vector.as<std::uint8_t>());
    case 2: return run(vector.as<std::uint16_t>());
    default: return run(vector.as<std::uint32_t>());
  }
}

/// Orders strings by bytes; most comparisons end at the first eight.
std::vector<std::uint32_t> sorted_order(const std::vector<std::string_view>& strings) {
  struct Key {
    std::uint64_t head;
    std::uint32_t index;
  };
  std::vector<Key> keys;
  keys.reserve(strings.size());
  for (std::uint32_t i = 0; i < strings.size(); ++i) {
    std::uint64_t head = 0;
    std::memcpy(&head, strings[i].data(), std::min<std::size_t>(8, strings[i].size()));
    keys.push_back({__builtin_bswap64(head), i});
  }
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (a.head != b.head) return a.head < b.head;
    return strings[a.index] < strings[b.index];
  });
  std::vector<std::uint32_t> order;
  order.reserve(keys.size());
  for (const Key& key : keys) order.push_back(key.index);
  return order;
}

}  // namespace

std::uint32_t DistinctStrings::number_of(std::string_view text) {
  if (strings_.size() * 2 >= slots_.size()) grow();
  const std::uint64_t hash = hash64(text);
  std::size_t at = hash & (slots_.size() - 1);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    const std::uint32_t number = slots_[at] - 1;
    if (hashes_[number] == hash && strings_[number] == text) return number;
  }
  strings_.push_back(text);
  hashes_.push_back(hash);
  slots_[at] = static_cast<std::uint32_t>(strings_.size());
  return slots_[at] - 1;
}

void DistinctStrings::grow() {
  slots_.assign(slots_.size() * 4, 0);
  for (std::uint32_t i = 0; i < hashes_.size(); ++i) {
    std::size_t at = hashes_[i] & (slots_.size() - 1);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = i + 1;
  }
}

Result<StringCodes> StringCodes::plan(const RowOrder& order, const StreamInputs& stream,
                                      bool always_shared) {
  StringCodes codes;
  codes.planned_.resize(order.sources.size());
  DistinctStrings distinct;
  for (std::uint32_t s = 0; s < order.sources.size(); ++s) {
    const SourceGroup& source = order.sources[s];
    if (stream.present_rows[s] == 0) continue;
    const auto vector = TRACERY_TRY(read_once(*source.source, stream.in(source), source.group));
    codes.planned_[s] = vector;
    codes.note_rows(*vector, std::span(order.targets).subspan(source.first, source.rows), distinct);
    const bool too_many = distinct.strings().size() > kPartDictionaryEntriesMax ||
                          codes.entry_bytes_ > kPartDictionaryBytesMax;
    if (too_many && !always_shared) {
      codes.drop_plan();
      return codes;
    }
  }
  const bool repeats = distinct.strings().size() * kRowsPerEntryMin <= codes.present_rows_;
  if (repeats || always_shared) {
    codes.share(distinct);
  } else {
    codes.drop_plan();
  }
  return codes;
}

StringCodes::Known& StringCodes::known(const Dictionary& dictionary) {
  Known& entry = known_[dictionary.get()];
  if (!entry.dictionary) {
    entry.dictionary = dictionary;
    entry.codes.assign(std::size_t{dictionary->size()} + 1, 0);
  }
  return entry;
}

void StringCodes::note_rows(const ColumnVector& vector, std::span<const std::uint32_t> targets,
                            DistinctStrings& distinct) {
  std::vector<std::uint32_t>& codes = known(vector.dictionary).codes;
  for_each_code(vector, [&](std::uint32_t row, std::uint32_t code) {
    if (targets[row] == kNotTaken) return;
    ++present_rows_;
    if (codes[code] != 0) return;
    const std::string_view text = vector.dictionary->at(code - 1);
    const std::size_t before = distinct.strings().size();
    codes[code] = distinct.number_of(text) + 1;
    if (distinct.strings().size() > before) entry_bytes_ += text.size();
  });
}

void StringCodes::share(const DistinctStrings& distinct) {
  shared_ = true;
  const std::vector<std::uint32_t> order = sorted_order(distinct.strings());
  std::vector<std::uint32_t> place(order.size() + 1, 0);
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    sorted_.push_back(distinct.strings()[order[i]]);
    place[order[i] + 1] = i + 1;
  }
  for (auto& [pointer, entry] : known_) {
    for (std::uint32_t& code : entry.codes) code = place[code];
  }
}

void StringCodes::drop_plan() {
  known_.clear();
  planned_.assign(planned_.size(), nullptr);
}

std::shared_ptr<const ColumnVector> StringCodes::planned(std::uint32_t source) const {
  return planned_[source];
}

Result<std::vector<std::uint32_t>> StringCodes::translate(const ColumnVector& vector) {
  std::vector<std::uint32_t> codes(vector.rows, 0);
  if (shared_) {
    const std::vector<std::uint32_t>& map = known(vector.dictionary).codes;
    for_each_code(vector, [&](std::uint32_t row, std::uint32_t code) { codes[row] = map[code]; });
    return codes;
  }
  Known& entry = known_[vector.dictionary.get()];
  if (!entry.dictionary) {
    if (vector.dictionary->size() > std::numeric_limits<std::uint32_t>::max() - next_number_) {
      return Error{ErrorCode::kTooLarge, "too many strings for one column of a part"};
    }
    entry.dictionary = vector.dictionary;
    entry.first = next_number_;
    by_first_[next_number_] = vector.dictionary.get();
    next_number_ += vector.dictionary->size();
  }
  const std::uint32_t first = entry.first;
  for_each_code(vector,
                [&](std::uint32_t row, std::uint32_t code) { codes[row] = first + code - 1; });
  return codes;
}

void StringCodes::release(const ColumnVector& vector) {
  if (shared_) return;
  const auto found = known_.find(vector.dictionary.get());
  // Two holders are the vector and this; others may bring the same dictionary again.
  if (found == known_.end() || vector.dictionary.use_count() > 2) return;
  by_first_.erase(found->second.first);
  known_.erase(found);
}

std::string_view StringCodes::entry(std::uint32_t number) const {
  const auto after = by_first_.upper_bound(number);
  const auto& [first, dictionary] = *std::prev(after);
  return dictionary->at(number - first);
}

std::vector<std::string_view> StringCodes::localize(std::vector<std::uint32_t>& codes) {
  local_codes_.resize(next_number_, 0);
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t& code : codes) {
    std::uint32_t& local = local_codes_[code];
    if (local == 0) {
      numbers.push_back(code);
      local = static_cast<std::uint32_t>(numbers.size());
    }
    code = local;
  }
  std::vector<std::string_view> entries;
  entries.reserve(numbers.size());
  for (const std::uint32_t number : numbers) {
    local_codes_[number] = 0;
    entries.push_back(entry(number));
  }
  // Sources that append without looking, or several dictionaries, repeat strings under other
  // numbers. Where that is common it is worth a hash of each entry.
  DistinctStrings distinct;
  std::vector<std::uint32_t> place(entries.size());
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    place[i] = distinct.number_of(entries[i]) + 1;
    const std::size_t seen = i + 1;
    if (seen == kRepeatProbe && distinct.strings().size() + kRepeatProbe / 64 > seen) {
      return entries;
    }
  }
  for (std::uint32_t& code : codes) code = place[code - 1];
  return distinct.strings();
}

}  // namespace tracery::store
