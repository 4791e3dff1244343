// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "query/group_reader.h"
#include "query/service_trace.h"
#include "query/trace_scan.h"

namespace tracery::query {

/// Reads which trace each row of a row group belongs to. Used by one thread.
class TraceIdColumn {
 public:
  /// `column`: the trace id's place among the reader's columns. Rows without an id read as zero.
  Status read(GroupReader& reader, std::size_t column);
  const std::vector<model::TraceId>& ids() const { return ids_; }

 private:
  std::vector<model::TraceId> ids_;
};

/// Reads the spans of row groups as a scan wants them. Used by one thread.
class SpanColumns {
 public:
  SpanColumns(const TraceScanSpec& spec, Symbols& symbols);

  /// The reader's columns; it must be made with them.
  const std::vector<std::string>* columns() const { return &columns_; }
  /// Neighbouring rows of a row group.
  struct Rows {
    std::uint32_t first = 0, end = 0;
  };
  /// Reads which traces the rows of a row group belong to; comes before `read`.
  Status read_ids(GroupReader& reader) { return trace_ids_.read(reader, 0); }
  /// Reads the spans of those rows of the row group; the other entries of `spans` mean nothing.
  /// Rows that are no spans, have no trace or lie outside of the reach get `bits` 0.
  Status read(GroupReader& reader, std::uint32_t source, std::span<const Rows> wanted);

  std::vector<TraceSpan>& spans() { return spans_; }
  const std::vector<model::TraceId>& ids() const { return trace_ids_.ids(); }

 private:
  /// A label's column, and the numbers of the texts of its dictionary as far as they are known.
  struct Source {
    SpanLabel label;
    std::size_t column = 0;
    const LabelSource* source = nullptr;
    std::shared_ptr<const store::StringDictionary> dictionary;
    std::vector<std::uint32_t> numbers;
  };

  /// The vectors of a row group.
  struct Vectors {
    VectorPtr times, datasets, rates;  ///< `rates` is null where all are 1.
    std::span<const VectorPtr> span_ids, parent_ids, durations;
    std::vector<std::pair<Source*, VectorPtr>> labels;
  };
  std::size_t add_column(const std::string& name);
  void add_labels();
  Result<Vectors> read_vectors(GroupReader& reader);
  void fill(const Vectors& vectors, Rows block);
  void fill_times(const store::ColumnVector& times, Rows block);
  void fill_ends(const store::ColumnVector& durations, Rows block);
  void fill_label(Source& source, const store::ColumnVector& vector, Rows block);
  std::uint32_t number_of(Source& source, std::uint32_t code);

  const TraceScanSpec& spec_;
  Symbols& symbols_;
  std::vector<std::string> columns_;
  std::vector<Source> sources_;
  Source dataset_;
  std::optional<RowTester> tester_;
  TraceIdColumn trace_ids_;
  std::vector<TraceSpan> spans_;
  std::vector<std::uint64_t> bits_;
};

/// `a + b`, at most and at least what 64 bits hold.
inline std::int64_t add_saturating(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<std::int64_t>::max()
               : std::numeric_limits<std::int64_t>::min();
}

}  // namespace tracery::query
