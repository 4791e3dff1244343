// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/chunk_codec.h"
#include "store/part_format.h"
#include "store/row_source.h"
#include "store/trace_index.h"
#include "store/vector_cache.h"

namespace tracery::store {

/// A part file as a source of rows. The footer is in memory; the directory of a stream, its
/// dictionary and the trace index are read when first asked for. Thread-safe.
class Part final : public RowSource {
 public:
  static Result<std::shared_ptr<const Part>> open(FileSystem& files,
                                                  const std::filesystem::path& path,
                                                  VectorCache& cache);
  ~Part() override;

  std::string name() const override { return name_; }
  std::uint64_t rows() const override { return footer_.rows; }
  std::uint32_t groups() const override {
    return static_cast<std::uint32_t>(footer_.groups.size());
  }
  std::uint32_t group_rows(std::uint32_t group) const override {
    return footer_.groups.at(group).rows;
  }
  TimeBounds group_time(std::uint32_t group) const override {
    return footer_.groups.at(group).time;
  }
  TimeBounds time() const override { return footer_.time; }
  std::vector<StreamRef> streams(std::string_view column) const override;
  StreamRef row_field(RowField field) const override;
  std::vector<std::string> columns() const override;
  ZoneMap zone(StreamId stream, std::uint32_t group) const override;
  Result<std::shared_ptr<const ColumnVector>> read(StreamId stream,
                                                   std::uint32_t group) const override;
  Result<std::vector<RowRange>> find_trace(const model::TraceId& id) const override;
  Result<std::shared_ptr<const StringDictionary>> dictionary(StreamId stream) const override;
  bool may_contain_code(StreamId stream, std::uint32_t group, std::uint32_t code) const override;

  Result<bool> may_contain_words(StreamId stream, std::uint32_t group,
                                 std::span<const std::uint64_t> words) const override;

  /// As `read`, but neither from the cache nor into it.
  Result<std::shared_ptr<const ColumnVector>> read_uncached(StreamId stream,
                                                            std::uint32_t group) const;

  const Footer& footer() const { return footer_; }
  Result<const StreamDirectory*> directory(StreamId stream) const;
  /// The bytes of a section, checked. `group` shifts sections of chunks to their row group.
  Result<std::string> section(const Section& section) const {
    return read_section(*file_, section);
  }
  Section in_group(const Section& section, std::uint32_t group) const {
    return {section.offset + footer_.groups[group].offset, section.bytes};
  }

 private:
  using Vector = std::shared_ptr<const ColumnVector>;

  Part(std::unique_ptr<ReadableFile> file, Footer footer, std::string name, VectorCache& cache);

  const StreamFacts& facts(StreamId stream) const;
  std::pair<std::size_t, std::size_t> streams_between(std::string_view column) const;
  Result<const ChunkFacts*> chunk(StreamId stream, std::uint32_t group) const;
  Result<DecodedChunk> decode(StreamId stream, const ChunkFacts& chunk) const;
  Result<Vector> absent(StreamType type, std::uint32_t rows) const;
  Result<const TraceIndex*> trace_index() const;
  Status add_ranges(std::uint64_t first_row, std::uint64_t rows,
                    std::vector<RowRange>& ranges) const;

  const std::unique_ptr<ReadableFile> file_;
  const Footer footer_;
  const std::string name_;
  const std::uint64_t id_;
  VectorCache& cache_;
  mutable std::vector<std::atomic<const StreamDirectory*>> directories_;
  mutable std::atomic<const TraceIndex*> trace_index_{nullptr};
  mutable std::mutex dictionaries_mutex_;  ///< Guards dictionaries_.
  mutable std::vector<std::weak_ptr<const StringDictionary>> dictionaries_;
};

}  // namespace tracery::store
