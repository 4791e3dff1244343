// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/batch.h"
#include "store/row_source.h"

namespace tracery::query {

/// Reads a query's columns of one row group at a time, each at most once. Used by one thread.
class GroupReader {
 public:
  /// `columns`: the names that indexes below point into; must outlive the reader.
  explicit GroupReader(const std::vector<std::string>* columns) : names_(columns) {}

  void start(std::shared_ptr<const store::RowSource> source, std::uint32_t group);

  const store::RowSource& source() const { return *source_; }
  std::uint32_t rows() const { return rows_; }
  std::uint32_t group() const { return group_; }

  struct Stream {
    store::StreamRef ref;
    std::uint32_t present_rows = 0;
    VectorPtr vector;
  };
  /// The streams of a column that have a value here.
  Result<std::span<const Stream>> column(std::size_t index);
  /// The vectors of those streams.
  Result<std::span<const VectorPtr>> vectors(std::size_t index);
  Result<VectorPtr> field(store::RowField field);
  store::ZoneMap zone(store::RowField field) const;
  /// Bytes of the vectors read of this row group.
  std::size_t memory_bytes() const;

 private:
  struct Column {
    std::vector<store::StreamRef> refs;
    std::vector<Stream> streams;
    std::vector<VectorPtr> vectors;
    bool is_read = false;
  };

  const std::vector<std::string>* names_;
  std::shared_ptr<const store::RowSource> source_;
  std::uint32_t group_ = 0;
  std::uint32_t rows_ = 0;
  std::vector<Column> columns_;
  VectorPtr fields_[3];
};

}  // namespace tracery::query
