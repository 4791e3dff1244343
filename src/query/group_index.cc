// SPDX-License-Identifier: Apache-2.0
#include "query/group_index.h"

#include <algorithm>
#include <bit>

namespace tracery::query {
namespace {

constexpr std::size_t kDirectMax = 65'536;
constexpr std::uint32_t kNone = DenseIndex<std::uint64_t>::kNone;

}  // namespace

GroupIndex::GroupIndex(std::vector<std::size_t> columns)
    : columns_(std::move(columns)),
      tables_(columns_.size()),
      pairs_(columns_.empty() ? 0 : columns_.size() - 1) {}

/// Makes the small table wide enough, or gives it up for good.
void GroupIndex::Pairs::reserve(std::uint32_t prefixes_needed, std::uint32_t values_needed) {
  if (prefixes_needed <= prefixes && values_needed <= radix) return;
  const std::size_t wide = std::bit_ceil(std::size_t{std::max(prefixes_needed, prefixes)});
  const std::size_t high = std::bit_ceil(std::size_t{std::max(values_needed, radix)});
  direct.clear();
  prefixes = radix = 0;
  if (wide * high > kDirectMax) return;
  prefixes = static_cast<std::uint32_t>(wide);
  radix = static_cast<std::uint32_t>(high);
  direct.assign(wide * high, kNone);
}

void GroupIndex::Pairs::number(const std::uint32_t* values, std::uint32_t count,
                               std::uint32_t* in_out) {
  if (direct.empty()) {
    std::uint64_t last = ~std::uint64_t{0};
    std::uint32_t last_id = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint64_t key = std::uint64_t{in_out[i]} << 32 | values[i];
      if (key != last) last_id = index.find_or_add(key);
      last = key;
      in_out[i] = last_id;
    }
    return;
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t& known = direct[std::size_t{in_out[i]} * radix + values[i]];
    if (known == kNone) [[unlikely]] {
      known = index.find_or_add(std::uint64_t{in_out[i]} << 32 | values[i]);
    }
    in_out[i] = known;
  }
}

Status GroupIndex::number_rows(GroupReader& reader, const std::uint32_t* rows, std::uint32_t count,
                               std::vector<std::uint32_t>& out) {
  if (tables_.empty()) return {};
  out.resize(count);
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    const auto vectors = TRACERY_TRY(reader.vectors(columns_[i]));
    if (i == 0) {
      tables_[0].number_rows(vectors, rows, count, out.data());
      continue;
    }
    scratch_.resize(count);
    tables_[i].number_rows(vectors, rows, count, scratch_.data());
    const std::uint32_t prefixes = i == 1 ? tables_[0].size() : pairs_[i - 2].index.size();
    pairs_[i - 1].reserve(prefixes, tables_[i].size());
    pairs_[i - 1].number(scratch_.data(), count, out.data());
  }
  if (is_single() && !has_absent_) {
    has_absent_ = std::find(out.begin(), out.end(), 0U) != out.end();
  }
  return {};
}

std::uint32_t GroupIndex::size() const {
  if (tables_.empty()) return 1;
  return is_single() ? tables_[0].size() : pairs_.back().index.size();
}

void GroupIndex::value_numbers(std::uint32_t group, std::uint32_t* out) const {
  for (std::size_t i = tables_.size(); i-- > 1;) {
    const std::uint64_t pair = pairs_[i - 1].index.key(group);
    out[i] = static_cast<std::uint32_t>(pair);
    group = static_cast<std::uint32_t>(pair >> 32);
  }
  if (!tables_.empty()) out[0] = group;
}

Hash128 GroupIndex::key(std::uint32_t group) const {
  if (is_single()) return tables_[0].key(group);
  std::vector<ValueKey> keys;
  std::vector<std::uint32_t> numbers(tables_.size());
  value_numbers(group, numbers.data());
  for (std::size_t i = 0; i < numbers.size(); ++i) keys.push_back(tables_[i].key(numbers[i]));
  return hash128({reinterpret_cast<const char*>(keys.data()), keys.size() * sizeof(ValueKey)});
}

std::vector<model::Value> GroupIndex::values(std::uint32_t group) const {
  std::vector<model::Value> values;
  std::vector<std::uint32_t> numbers(tables_.size());
  value_numbers(group, numbers.data());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    values.push_back(tables_[i].value(numbers[i]));
  }
  return values;
}

std::vector<std::uint32_t> GroupIndex::absorb(const GroupIndex& other) {
  std::vector<std::vector<std::uint32_t>> numbers(tables_.size());
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    const ValueTable& from = other.tables_[i];
    for (std::uint32_t n = 0; n < from.size(); ++n) {
      numbers[i].push_back(tables_[i].add(from.key(n), from.value(n)));
    }
  }
  has_absent_ = has_absent_ || other.has_absent_;
  std::vector<std::uint32_t> groups(other.size());
  std::vector<std::uint32_t> theirs(tables_.size());
  for (std::uint32_t group = 0; group < groups.size(); ++group) {
    other.value_numbers(group, theirs.data());
    std::uint32_t ours = theirs.empty() ? 0 : numbers[0][theirs[0]];
    for (std::size_t i = 1; i < theirs.size(); ++i) {
      ours = pairs_[i - 1].index.find_or_add(std::uint64_t{ours} << 32 | numbers[i][theirs[i]]);
    }
    groups[group] = ours;
  }
  return groups;
}

std::size_t GroupIndex::memory_bytes() const {
  std::size_t bytes = scratch_.capacity() * sizeof(std::uint32_t);
  for (const ValueTable& table : tables_) bytes += table.memory_bytes();
  for (const Pairs& pairs : pairs_) {
    bytes += pairs.index.memory_bytes() + pairs.direct.capacity() * sizeof(std::uint32_t);
  }
  return bytes;
}

}  // namespace tracery::query
