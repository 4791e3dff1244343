// SPDX-License-Identifier: Apache-2.0
#include "store/stream_gather.h"

#include <algorithm>
#include <bit>

namespace tracery::store {
namespace {

/// Streams with fewer values than one in this many rows are sorted by place instead of looked up
/// for every row.
constexpr std::uint64_t kSparseRowsPerValue = 16;

bool is_coded(StreamType type) { return type == StreamType::kString || type == StreamType::kBool; }

struct WordsOfSource {
  const std::uint64_t* words = nullptr;
  const std::uint64_t* present = nullptr;  ///< Null when every row has a value.
};

template <std::size_t Width>
void gather_words(std::span<const RowRef> rows, const std::vector<WordsOfSource>& sources,
                  PackedColumn& out) {
  out.rows.resize(rows.size());
  out.words.resize(rows.size() * Width);
  std::size_t taken = 0;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const auto [source, row] = rows[i];
    const WordsOfSource& from = sources[source];
    if (from.words == nullptr) continue;
    const bool has = from.present == nullptr || (from.present[row / 64] >> (row % 64) & 1) != 0;
    out.rows[taken] = i;
    for (std::size_t w = 0; w < Width; ++w) {
      out.words[taken * Width + w] = from.words[row * Width + w];
    }
    taken += has ? 1 : 0;
  }
  out.rows.resize(taken);
  out.words.resize(taken * Width);
}

/// `offset` is taken off each code that is not 0.
template <typename T>
void gather_codes(std::span<const RowRef> rows, const std::vector<const T*>& sources, T offset,
                  PackedColumn& out) {
  out.rows.resize(rows.size());
  out.codes.resize(rows.size());
  std::size_t taken = 0;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const auto [source, row] = rows[i];
    if (sources[source] == nullptr) continue;
    const T code = sources[source][row];
    out.rows[taken] = i;
    out.codes[taken] = static_cast<std::uint32_t>(code - offset);
    taken += code != 0 ? 1 : 0;
  }
  out.rows.resize(taken);
  out.codes.resize(taken);
}

/// Calls `visit(row)` for each row that has a value.
template <typename Visit>
void for_each_present(const ColumnVector& vector, const std::vector<std::uint32_t>& codes,
                      Visit visit) {
  if (is_coded(vector.type)) {
    const bool is_string = vector.type == StreamType::kString;
    for (std::uint32_t row = 0; row < vector.rows; ++row) {
      if (is_string ? codes[row] != 0 : vector.data[row] != 0) visit(row);
    }
    return;
  }
  if (vector.present.empty()) {
    for (std::uint32_t row = 0; row < vector.rows; ++row) visit(row);
    return;
  }
  for (std::uint32_t w = 0; w < vector.present.size(); ++w) {
    for (std::uint64_t bits = vector.present[w]; bits != 0; bits &= bits - 1) {
      const auto row = w * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
      if (row < vector.rows) visit(row);
    }
  }
}

}  // namespace

StreamGather::StreamGather(const RowOrder& order, const StreamInputs& stream, StringCodes* codes)
    : order_(order), stream_(stream), codes_(codes), loaded_(order.sources.size()) {
  std::uint64_t present = 0;
  for (const std::uint32_t rows : stream.present_rows) present += rows;
  sparse_ = present * kSparseRowsPerValue < order.rows.size();
}

Status StreamGather::gather(std::uint32_t group, PackedColumn& out) {
  out.clear();
  out.type = stream_.type;
  out.group_rows = order_.group_rows(group);
  if (sparse_) {
    if (group == 0) TRACERY_TRY(scatter_all());
    take_scattered(group, out);
    return {};
  }
  // Not sooner: the codes given last time name strings of these.
  if (group > 0) drop_group(group - 1);
  TRACERY_TRY(load_group(group));
  gather_dense(group, out);
  return {};
}

Result<StreamGather::Loaded> StreamGather::load(std::uint32_t source) const {
  const SourceGroup& from = order_.sources[source];
  Loaded loaded;
  if (codes_ != nullptr && codes_->is_shared()) loaded.vector = codes_->planned(source);
  if (!loaded.vector) {
    loaded.vector = TRACERY_TRY(read_once(*from.source, stream_.in(from), from.group));
  }
  if (codes_ != nullptr) loaded.codes = TRACERY_TRY(codes_->translate(*loaded.vector));
  return loaded;
}

Status StreamGather::load_group(std::uint32_t group) {
  for (const std::uint32_t source : order_.group_sources[group]) {
    if (loaded_[source].vector || stream_.present_rows[source] == 0) continue;
    loaded_[source] = TRACERY_TRY(load(source));
  }
  return {};
}

void StreamGather::drop_group(std::uint32_t group) {
  for (const std::uint32_t source : order_.group_sources[group]) {
    if (order_.last_group[source] != group || !loaded_[source].vector) continue;
    if (codes_ != nullptr) codes_->release(*loaded_[source].vector);
    loaded_[source] = {};
  }
}

void StreamGather::gather_dense(std::uint32_t group, PackedColumn& out) const {
  const auto rows =
      std::span(order_.rows).subspan(std::size_t{group} * kRowGroupRows, order_.group_rows(group));
  if (stream_.type == StreamType::kString) {
    std::vector<const std::uint32_t*> sources(loaded_.size());
    for (std::size_t s = 0; s < loaded_.size(); ++s) {
      if (loaded_[s].vector) sources[s] = loaded_[s].codes.data();
    }
    return gather_codes<std::uint32_t>(rows, sources, 0, out);
  }
  if (stream_.type == StreamType::kBool) {
    std::vector<const std::uint8_t*> sources(loaded_.size());
    for (std::size_t s = 0; s < loaded_.size(); ++s) {
      if (loaded_[s].vector) sources[s] = loaded_[s].vector->data.data();
    }
    return gather_codes<std::uint8_t>(rows, sources, 1, out);
  }
  std::vector<WordsOfSource> sources(loaded_.size());
  for (std::size_t s = 0; s < loaded_.size(); ++s) {
    const ColumnVector* vector = loaded_[s].vector.get();
    if (vector == nullptr) continue;
    sources[s].words = vector->as<std::uint64_t>();
    if (!vector->present.empty()) sources[s].present = vector->present.data();
  }
  if (stream_.type == StreamType::kId16) return gather_words<2>(rows, sources, out);
  gather_words<1>(rows, sources, out);
}

Status StreamGather::scatter_all() {
  for (std::uint32_t s = 0; s < order_.sources.size(); ++s) {
    const SourceGroup& source = order_.sources[s];
    if (stream_.present_rows[s] == 0) continue;
    const Loaded loaded = TRACERY_TRY(load(s));
    const ColumnVector& vector = *loaded.vector;
    const std::size_t width = vector.type == StreamType::kId16 ? 2 : 1;
    for_each_present(vector, loaded.codes, [&](std::uint32_t row) {
      const std::uint32_t target = order_.targets[source.first + row];
      if (target == kNotTaken) return;
      scattered_.push_back({target, static_cast<std::uint32_t>(scattered_.size())});
      if (vector.type == StreamType::kString) {
        scattered_values_.codes.push_back(loaded.codes[row]);
      } else if (vector.type == StreamType::kBool) {
        scattered_values_.codes.push_back(vector.data[row] - 1U);
      } else {
        const std::uint64_t* words = vector.as<std::uint64_t>() + row * width;
        scattered_values_.words.insert(scattered_values_.words.end(), words, words + width);
      }
    });
  }
  std::sort(scattered_.begin(), scattered_.end(),
            [](const Scattered& a, const Scattered& b) { return a.target < b.target; });
  return {};
}

void StreamGather::take_scattered(std::uint32_t group, PackedColumn& out) {
  const std::uint64_t first = std::uint64_t{group} * kRowGroupRows;
  const std::size_t width = stream_.type == StreamType::kId16 ? 2 : 1;
  for (; next_scattered_ < scattered_.size(); ++next_scattered_) {
    const auto [target, index] = scattered_[next_scattered_];
    if (target >= first + out.group_rows) return;
    out.rows.push_back(static_cast<std::uint32_t>(target - first));
    if (is_coded(stream_.type)) {
      out.codes.push_back(scattered_values_.codes[index]);
    } else {
      const std::uint64_t* words = scattered_values_.words.data() + index * width;
      out.words.insert(out.words.end(), words, words + width);
    }
  }
}

}  // namespace tracery::store
