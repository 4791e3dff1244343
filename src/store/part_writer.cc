// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/time.h"
#include "model/names.h"
#include "store/byte_stream.h"
#include "store/chunk_bounds.h"
#include "store/chunk_codec.h"
#include "store/part.h"
#include "store/part_datasets.h"
#include "store/part_format.h"
#include "store/part_reader.h"
#include "store/row_order.h"
#include "store/stream_gather.h"
#include "store/stream_inputs.h"
#include "store/string_codes.h"
#include "store/string_dictionary.h"
#include "store/text_words.h"

namespace tracery::store {
namespace {

namespace names = model::names;

/// Encodes a part column by column. Holds the encoded chunks of all row groups, as those lie
/// row group by row group in the file, and one column's values.
class PartWriter {
 public:
  PartWriter(std::span<const PartInput> inputs, RowOrder order, std::uint32_t level)
      : inputs_(inputs),
        order_(std::move(order)),
        datasets_(order_),
        zstd_level_(level == 0 ? 1 : 3),
        group_bytes_(order_.groups()),
        presences_(order_.groups()) {
    footer_.level = level;
    footer_.rows = order_.rows.size();
  }

  Status encode() {
    set_times();
    TRACERY_TRY(write_row_fields());
    const auto columns = collect_columns(inputs_, order_);
    for (const auto& [name, streams] : columns) {
      for (const auto& [type, stream] : streams) {
        TRACERY_TRY(write_stream(name, stream, span_ids_for(columns, name, type)));
      }
    }
    return {};
  }

  Result<PartInfo> write(FileSystem& files, const std::filesystem::path& path) {
    const std::vector<std::string> tail = lay_out();
    std::vector<std::string_view> pieces(group_bytes_.begin(), group_bytes_.end());
    pieces.insert(pieces.end(), tail.begin(), tail.end());
    const std::unique_ptr<WritableFile> file = TRACERY_TRY(files.create(path));
    TRACERY_TRY(file->append(pieces));
    TRACERY_TRY(file->sync());
    PartInfo info;
    info.file = path.filename().string();
    info.day = day_of(footer_.time.min_ns);
    info.level = footer_.level;
    info.rows = footer_.rows;
    info.bytes = file->size();
    info.time = footer_.time;
    return info;
  }

 private:
  using SharedPresences = std::map<Hash128, Section>;

  void set_times() {
    for (std::uint32_t group = 0; group < order_.groups(); ++group) {
      const auto begin = order_.times.begin() + static_cast<std::ptrdiff_t>(group) * kRowGroupRows;
      const auto [low, high] = std::minmax_element(begin, begin + order_.group_rows(group));
      footer_.groups.push_back({0, order_.group_rows(group), {*low, *high, *high}});
    }
  }

  Status write_row_fields() {
    StreamFacts time{"", StreamType::kInt, {}};
    StreamDirectory directory;
    for (std::uint32_t group = 0; group < order_.groups(); ++group) {
      PackedColumn column;
      column.group_rows = order_.group_rows(group);
      const auto* first = order_.times.data() + std::size_t{group} * kRowGroupRows;
      column.words.assign(first, first + column.group_rows);
      for (std::uint32_t row = 0; row < column.group_rows; ++row) column.rows.push_back(row);
      directory.chunks.push_back(begin_chunk(group, column, false));
      put_values(group_bytes_[group], column, zstd_level_);
      end_chunk(group, directory.chunks.back());
    }
    add_stream(std::move(time), directory);
    const StreamInputs datasets = collect_row_field(inputs_, order_, RowField::kDataset);
    TRACERY_TRY(write_dataset_stream(datasets));
    return write_stream("", collect_row_field(inputs_, order_, RowField::kSampleRate), nullptr);
  }

  Status write_dataset_stream(const StreamInputs& stream) {
    StringCodes codes = TRACERY_TRY(StringCodes::plan(order_, stream, true));
    datasets_.set_names(codes.entries());
    StreamGather gather(order_, stream, &codes);
    StreamDirectory directory;
    PackedColumn column;
    for (std::uint32_t group = 0; group < order_.groups(); ++group) {
      TRACERY_TRY(gather.gather(group, column));
      if (!column.is_full()) return Error{ErrorCode::kInternal, "row without a dataset"};
      datasets_.add_group(group, column.codes);
      write_chunk(group, column, &codes, nullptr, directory);
    }
    directory.dictionary = write_dictionary(codes);
    add_stream({"", StreamType::kString, {}}, directory);
    return {};
  }

  /// The stream that parent ids lean on, when this is that of parent ids.
  static const StreamInputs* span_ids_for(const std::map<std::string, ColumnInputs>& columns,
                                          const std::string& name, StreamType type) {
    if (name != names::kParentId || type != StreamType::kId8) return nullptr;
    const auto column = columns.find(std::string(names::kSpanId));
    if (column == columns.end()) return nullptr;
    const auto stream = column->second.find(StreamType::kId8);
    return stream == column->second.end() ? nullptr : &stream->second;
  }

  Status write_stream(const std::string& name, const StreamInputs& stream,
                      const StreamInputs* span_ids) {
    std::optional<StringCodes> codes;
    if (stream.type == StreamType::kString) {
      codes = TRACERY_TRY(StringCodes::plan(order_, stream, false));
    }
    StreamGather gather(order_, stream, codes ? &*codes : nullptr);
    std::optional<StreamGather> span_gather;
    if (span_ids != nullptr) span_gather.emplace(order_, *span_ids, nullptr);
    StreamDirectory directory;
    PackedColumn column;
    PackedColumn spans;
    datasets_.begin_stream();
    for (std::uint32_t group = 0; group < order_.groups(); ++group) {
      TRACERY_TRY(gather.gather(group, column));
      if (span_gather) TRACERY_TRY(span_gather->gather(group, spans));
      if (column.rows.empty()) continue;
      if (name == names::kDurationMs) extend_ends(group, column);
      if (!name.empty()) datasets_.note(group, column);
      const bool lean = span_gather && !spans.rows.empty();
      write_chunk(group, column, codes ? &*codes : nullptr, lean ? &spans : nullptr, directory);
      if (name == names::kBody && codes && !codes->is_shared()) {
        write_words(group, entries_, directory.chunks.back());
      }
    }
    const bool is_row_field = name.empty();
    if (directory.chunks.empty() && !is_row_field) return {};
    if (codes && codes->is_shared()) directory.dictionary = write_dictionary(*codes);
    if (!is_row_field) {
      datasets_.end_stream(static_cast<std::uint32_t>(footer_.streams.size()));
    }
    add_stream({name, stream.type, {}}, directory);
    return {};
  }

  void write_chunk(std::uint32_t group, PackedColumn& column, StringCodes* codes,
                   const PackedColumn* spans, StreamDirectory& directory) {
    const bool shared = codes != nullptr && codes->is_shared();
    directory.chunks.push_back(begin_chunk(group, column, shared));
    std::string& out = group_bytes_[group];
    if (codes != nullptr && !shared) {
      entries_ = codes->localize(column.codes);
      put_local_strings(out, column, entries_, zstd_level_);
    } else if (spans != nullptr) {
      put_parents(out, column, *spans, zstd_level_);
    } else {
      put_values(out, column, zstd_level_);
    }
    end_chunk(group, directory.chunks.back());
  }

  void write_words(std::uint32_t group, std::span<const std::string_view> texts,
                   ChunkFacts& chunk) {
    std::string& out = group_bytes_[group];
    chunk.words.offset = out.size();
    put_word_filter(out, texts);
    end_section(out, chunk.words.offset);
    chunk.words.bytes = out.size() - chunk.words.offset;
  }

  ChunkFacts begin_chunk(std::uint32_t group, const PackedColumn& column, bool shared_codes) {
    ChunkFacts chunk;
    chunk.group = group;
    chunk.present_rows = static_cast<std::uint32_t>(column.rows.size());
    if (!column.is_full()) chunk.presence = write_presence(group, column);
    set_bounds(column, shared_codes, chunk);
    chunk.values.offset = group_bytes_[group].size();
    return chunk;
  }

  void end_chunk(std::uint32_t group, ChunkFacts& chunk) {
    end_section(group_bytes_[group], chunk.values.offset);
    chunk.values.bytes = group_bytes_[group].size() - chunk.values.offset;
  }

  /// Attributes that come together are absent together: their chunks share one presence.
  Section write_presence(std::uint32_t group, const PackedColumn& column) {
    const Hash128 key = hash128({reinterpret_cast<const char*>(column.rows.data()),
                                 column.rows.size() * sizeof(column.rows[0])});
    const auto [known, is_new] = presences_[group].try_emplace(key);
    if (is_new) {
      std::string& out = group_bytes_[group];
      known->second.offset = out.size();
      put_presence(out, column, zstd_level_);
      end_section(out, known->second.offset);
      known->second.bytes = out.size() - known->second.offset;
    }
    return known->second;
  }

  /// Offsets are from the first dictionary until `lay_out` knows where that is.
  Section write_dictionary(const StringCodes& codes) {
    Section section{dictionaries_.size(), 0};
    put_sorted_strings(dictionaries_, codes.entries(), zstd_level_);
    end_section(dictionaries_, section.offset);
    section.bytes = dictionaries_.size() - section.offset;
    return section;
  }

  void add_stream(StreamFacts stream, const StreamDirectory& directory) {
    footer_.streams.push_back(std::move(stream));
    directories_.push_back(directory);
  }

  void extend_ends(std::uint32_t group, const PackedColumn& column) {
    const bool is_double = column.type == StreamType::kDouble;
    if (!is_double && column.type != StreamType::kInt) return;
    std::int64_t& latest = footer_.groups[group].time.max_end_ns;
    for (std::size_t i = 0; i < column.rows.size(); ++i) {
      const double ms = is_double ? std::bit_cast<double>(column.words[i])
                                  : static_cast<double>(static_cast<std::int64_t>(column.words[i]));
      const std::size_t row = std::size_t{group} * kRowGroupRows + column.rows[i];
      latest = std::max(latest, end_of_event(order_.times[row], ms));
    }
  }

  /// Places all that was encoded; gives what follows the row groups in the file.
  std::vector<std::string> lay_out() {
    std::uint64_t offset = 0;
    for (std::size_t g = 0; g < group_bytes_.size(); ++g) {
      footer_.groups[g].offset = offset;
      offset += group_bytes_[g].size();
      const TimeBounds& time = footer_.groups[g].time;
      if (g == 0) footer_.time = time;
      footer_.time.min_ns = std::min(footer_.time.min_ns, time.min_ns);
      footer_.time.max_ns = std::max(footer_.time.max_ns, time.max_ns);
      footer_.time.max_end_ns = std::max(footer_.time.max_end_ns, time.max_end_ns);
    }
    std::vector<std::string> tail;
    const std::uint64_t dictionaries_at = offset;
    const auto place = [&](std::string bytes) {
      const Section section{offset, bytes.size()};
      offset += bytes.size();
      tail.push_back(std::move(bytes));
      return section;
    };
    const auto place_checked = [&](std::string bytes) {
      end_section(bytes, 0);
      return place(std::move(bytes));
    };
    place(std::move(dictionaries_));
    EncodedTraceIndex index = encode_trace_index(order_.traces, zstd_level_);
    footer_.bloom = place_checked(std::move(index.bloom));
    footer_.trace_directory = place_checked(std::move(index.directory));
    footer_.trace_buckets = place(std::move(index.buckets));
    footer_.catalogue = place_checked(encode_catalogue(datasets_.facts()));
    std::string directories;
    for (std::size_t s = 0; s < directories_.size(); ++s) {
      const std::size_t start = directories.size();
      if (directories_[s].dictionary.bytes > 0) {
        directories_[s].dictionary.offset += dictionaries_at;
      }
      encode_directory(directories, directories_[s], footer_.streams[s].type);
      end_section(directories, start);
      footer_.streams[s].directory = {offset + start, directories.size() - start};
    }
    place(std::move(directories));
    place(encode_footer(footer_));
    return tail;
  }

  std::span<const PartInput> inputs_;
  RowOrder order_;
  PartDatasets datasets_;
  int zstd_level_;
  std::vector<std::string_view> entries_;  ///< Of the last chunk with a dictionary of its own.
  std::vector<std::string> group_bytes_;
  std::vector<SharedPresences> presences_;
  std::string dictionaries_;
  std::vector<StreamDirectory> directories_;
  Footer footer_;
};

}  // namespace

Result<std::shared_ptr<const ColumnVector>> read_once(const RowSource& source, StreamId stream,
                                                      std::uint32_t group) {
  if (const auto* part = dynamic_cast<const Part*>(&source)) {
    return part->read_uncached(stream, group);
  }
  return source.read(stream, group);
}

Result<PartInfo> write_part(FileSystem& files, const std::filesystem::path& path,
                            std::span<const PartInput> inputs, std::uint32_t level) {
  PartWriter writer(inputs, TRACERY_TRY(order_rows(inputs)), level);
  TRACERY_TRY(writer.encode());
  Result<PartInfo> info = writer.write(files, path);
  if (info.ok()) return info;
  Error error = std::move(info).error();
  // The error that matters is the first.
  if (const Status removed = files.remove(path); !removed.ok()) {
    error.message += "; " + removed.error().message;
  }
  return error;
}

}  // namespace tracery::store
