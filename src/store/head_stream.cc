// SPDX-License-Identifier: Apache-2.0
#include "store/head_stream.h"

#include <algorithm>
#include <cstring>

namespace tracery::store {
namespace {

/// Up to this many entries every row group shares the stream's whole dictionary; beyond, a row
/// group gets one of its own, so that work per entry stays in proportion to the rows read.
constexpr std::uint32_t kSharedDictionaryMax = 4'096;

/// The first `size` entries of a stream's dictionary.
class DictionaryPrefix final : public StringDictionary {
 public:
  DictionaryPrefix(std::shared_ptr<const HeadDictionary> entries, std::uint32_t size)
      : entries_(std::move(entries)), size_(size) {}
  std::uint32_t size() const override { return size_; }
  std::string_view at(std::uint32_t index) const override { return entries_->at(index); }

 private:
  std::shared_ptr<const HeadDictionary> entries_;
  std::uint32_t size_;
};

/// Some entries of a stream's dictionary: those of one row group.
class DictionaryChoice final : public StringDictionary {
 public:
  DictionaryChoice(std::shared_ptr<const HeadDictionary> entries,
                   std::vector<std::uint32_t> chosen)
      : entries_(std::move(entries)), chosen_(std::move(chosen)) {}
  std::uint32_t size() const override { return static_cast<std::uint32_t>(chosen_.size()); }
  std::string_view at(std::uint32_t index) const override { return entries_->at(chosen_[index]); }

 private:
  std::shared_ptr<const HeadDictionary> entries_;
  std::vector<std::uint32_t> chosen_;
};

void set_bits(std::vector<std::uint64_t>& words, std::uint32_t first, std::uint32_t count) {
  while (count > 0) {
    const std::uint32_t bit = first % 64;
    const std::uint32_t here = std::min(count, 64 - bit);
    const std::uint64_t ones = here == 64 ? ~0ULL : (1ULL << here) - 1;
    words[first / 64] |= ones << bit;
    first += here;
    count -= here;
  }
}

template <typename Code>
void narrow(const std::vector<std::uint32_t>& codes, std::vector<std::uint8_t>& data) {
  data.resize(codes.size() * sizeof(Code));
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const auto code = static_cast<Code>(codes[i]);
    std::memcpy(data.data() + i * sizeof(Code), &code, sizeof(Code));
  }
}

void store_codes(const std::vector<std::uint32_t>& codes, std::uint32_t entries,
                 ColumnVector& vector) {
  if (entries < 0x100) {
    vector.code_bytes = 1;
    narrow<std::uint8_t>(codes, vector.data);
  } else if (entries < 0x10000) {
    vector.code_bytes = 2;
    narrow<std::uint16_t>(codes, vector.data);
  } else {
    vector.code_bytes = 4;
    narrow<std::uint32_t>(codes, vector.data);
  }
}

/// Renumbers the codes (0 stays absent) in order of first use and returns the old entry of each.
std::vector<std::uint32_t> compact(std::vector<std::uint32_t>& codes) {
  std::uint32_t lowest = kNoIndex;
  std::uint32_t highest = 0;
  for (const std::uint32_t code : codes) {
    if (code == 0) continue;
    lowest = std::min(lowest, code);
    highest = std::max(highest, code);
  }
  std::vector<std::uint32_t> chosen;
  if (highest == 0) return chosen;
  std::vector<std::uint32_t> new_code(highest - lowest + 1, 0);
  for (std::uint32_t& code : codes) {
    if (code == 0) continue;
    std::uint32_t& renamed = new_code[code - lowest];
    if (renamed == 0) {
      chosen.push_back(code - 1);
      renamed = static_cast<std::uint32_t>(chosen.size());
    }
    code = renamed;
  }
  return chosen;
}

}  // namespace

HeadStream::HeadStream(StreamType type) : type_(type), values_(value_bytes(type)) {
  if (type == StreamType::kString) dictionary_ = std::make_shared<HeadDictionary>();
}

void HeadStream::append(std::uint32_t first_row, std::span<const RowRun> runs, const void* values,
                        std::uint32_t count) {
  const std::uint32_t first_value = values_.appended();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t row = first_row + runs[i].row;
    if (row != next_row_) runs_.append({row, first_value + runs[i].value});
    const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].value : count;
    next_row_ = row + (end - runs[i].value);
  }
  values_.append(values, count);
}

void HeadStream::publish() {
  // A reader that sees a value must see its run and its dictionary entry: those come first.
  if (dictionary_) dictionary_->publish();
  runs_.publish();
  values_.publish();
}

std::vector<HeadStream::Slice> HeadStream::slices(std::uint32_t first_row,
                                                  std::uint32_t end_row) const {
  const std::uint32_t values = values_.size();
  const std::uint32_t runs = runs_.size();
  // The last run that starts at or before first_row may reach into it.
  std::uint32_t low = 0;
  for (std::uint32_t high = runs; low < high;) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (runs_[middle].row <= first_row) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  std::vector<Slice> found;
  for (std::uint32_t i = low == 0 ? 0 : low - 1; i < runs; ++i) {
    const RowRun run = runs_[i];
    if (run.row >= end_row || run.value >= values) break;
    const std::uint32_t value_end = i + 1 < runs ? std::min(runs_[i + 1].value, values) : values;
    const std::uint32_t row_end = std::min(run.row + (value_end - run.value), end_row);
    const std::uint32_t row = std::max(run.row, first_row);
    if (row < row_end) found.push_back({row, run.value + (row - run.row), row_end - row});
  }
  return found;
}

std::uint32_t HeadStream::count(std::uint32_t first_row, std::uint32_t end_row) const {
  std::uint32_t total = 0;
  for (const Slice& slice : slices(first_row, end_row)) total += slice.count;
  return total;
}

std::shared_ptr<const ColumnVector> HeadStream::read(std::uint32_t first_row,
                                                     std::uint32_t end_row) const {
  const std::vector<Slice> found = slices(first_row, end_row);
  auto vector = std::make_shared<ColumnVector>();
  vector->type = type_;
  vector->rows = end_row - first_row;
  if (type_ == StreamType::kString) {
    fill_strings(found, first_row, *vector);
    return vector;
  }
  const std::size_t bytes = value_bytes(type_);
  vector->data.resize(vector->rows * bytes);
  const bool is_full = found.size() == 1 && found[0].count == vector->rows;
  if (!is_full && type_ != StreamType::kBool) vector->present.resize((vector->rows + 63) / 64);
  for (Slice slice : found) {
    if (!vector->present.empty()) set_bits(vector->present, slice.row - first_row, slice.count);
    while (slice.count > 0) {
      std::uint32_t left = 0;
      const char* const from = values_.at(slice.value, left);
      const std::uint32_t here = std::min(left, slice.count);
      std::memcpy(vector->data.data() + (slice.row - first_row) * bytes, from, here * bytes);
      slice.row += here;
      slice.value += here;
      slice.count -= here;
    }
  }
  return vector;
}

void HeadStream::fill_strings(std::span<const Slice> found, std::uint32_t first_row,
                              ColumnVector& vector) const {
  std::vector<std::uint32_t> codes(vector.rows, 0);
  for (Slice slice : found) {
    while (slice.count > 0) {
      std::uint32_t left = 0;
      const char* const from = values_.at(slice.value, left);
      const std::uint32_t here = std::min(left, slice.count);
      std::uint32_t* const to = codes.data() + (slice.row - first_row);
      std::memcpy(to, from, here * sizeof(std::uint32_t));
      for (std::uint32_t i = 0; i < here; ++i) ++to[i];
      slice.row += here;
      slice.value += here;
      slice.count -= here;
    }
  }
  const std::uint32_t highest = codes.empty() ? 0 : *std::max_element(codes.begin(), codes.end());
  if (highest <= kSharedDictionaryMax) {
    vector.dictionary = prefix_with(highest);
    store_codes(codes, vector.dictionary->size(), vector);
    return;
  }
  std::vector<std::uint32_t> chosen = compact(codes);
  store_codes(codes, static_cast<std::uint32_t>(chosen.size()), vector);
  vector.dictionary = std::make_shared<DictionaryChoice>(dictionary_, std::move(chosen));
}

std::shared_ptr<const StringDictionary> HeadStream::prefix_with(std::uint32_t entries_min) const {
  const std::lock_guard lock(prefix_mutex_);
  std::shared_ptr<const StringDictionary> prefix = prefix_.lock();
  if (prefix && prefix->size() >= entries_min) return prefix;
  const std::uint32_t entries = std::min(dictionary_->size(), kSharedDictionaryMax);
  prefix = std::make_shared<DictionaryPrefix>(dictionary_, entries);
  prefix_ = prefix;
  return prefix;
}

std::size_t HeadStream::take_growth() {
  std::size_t bytes = sizeof(HeadStream) + values_.appended() * value_bytes(type_) +
                      runs_.appended() * sizeof(RowRun);
  if (dictionary_) bytes += sizeof(HeadDictionary) + dictionary_->memory_bytes();
  const std::size_t growth = bytes - counted_bytes_;
  counted_bytes_ = bytes;
  return growth;
}

}  // namespace tracery::store
