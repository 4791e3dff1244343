// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/trace_id.h"
#include "model/value.h"
#include "store/catalogue.h"
#include "store/column_vector.h"

namespace tracery::store {

/// Names a stream of one RowSource; meaningless in another.
enum class StreamId : std::uint32_t {};

struct StreamRef {
  StreamId id;
  StreamType type;
};

/// Streams every row has, whatever fields it was sent with.
enum class RowField : std::uint8_t {
  kTime,        ///< kInt: ns since the Unix epoch.
  kDataset,     ///< kString.
  kSampleRate,  ///< kInt, at least 1.
};

/// What is known of a stream in a row group without reading it.
struct ZoneMap {
  std::uint32_t present_rows = 0;  ///< 0: the stream does not occur in the group.
  /// Bounds of the values for kInt and kDouble (ints as int64, doubles as double); not set for the
  /// other types, nor where the source does not know (a head block).
  std::optional<std::int64_t> min_int, max_int;
  std::optional<double> min_double, max_double;
};

struct TimeBounds {
  std::int64_t min_ns = 0;
  std::int64_t max_ns = 0;
  /// Latest end (time + duration_ms) of a row; at least max_ns.
  std::int64_t max_end_ns = 0;
};

struct RowRange {
  std::uint32_t group = 0;
  std::uint32_t first_row = 0;
  std::uint32_t rows = 0;
};

/// Called with an index into the rows asked for, and a field of that row.
using LooseFieldVisitor =
    std::function<void(std::size_t at, std::string_view name, model::Value value)>;

/// Rows that never change: one part, or the head block up to a row count. The unit of reading is
/// the row group. All methods are const and thread-safe.
class RowSource {
 public:
  virtual ~RowSource() = default;

  /// For explanations: a part's file name, or "head".
  virtual std::string name() const = 0;
  virtual std::uint64_t rows() const = 0;
  virtual std::uint32_t groups() const = 0;
  virtual std::uint32_t group_rows(std::uint32_t group) const = 0;
  virtual TimeBounds group_time(std::uint32_t group) const = 0;
  virtual TimeBounds time() const = 0;

  /// The streams of a column here; empty when no row has it.
  virtual std::vector<StreamRef> streams(std::string_view column) const = 0;
  virtual StreamRef row_field(RowField field) const = 0;
  /// Names of all columns here, in no order.
  virtual std::vector<std::string> columns() const = 0;
  virtual ZoneMap zone(StreamId stream, std::uint32_t group) const = 0;

  /// The stream in one row group. A stream without a value there reads as all absent. kCorrupt
  /// when the bytes on disk fail their checksum, kIo when they cannot be read.
  virtual Result<std::shared_ptr<const ColumnVector>> read(StreamId stream,
                                                           std::uint32_t group) const = 0;

  /// The dictionary that all row groups of a kString stream share, without reading a row group;
  /// null when there is none. A value that is not in it occurs in no row.
  virtual Result<std::shared_ptr<const StringDictionary>> dictionary(StreamId) const {
    return std::shared_ptr<const StringDictionary>();
  }
  /// False when no row of the group has this code (dictionary index + 1) of `dictionary`.
  virtual bool may_contain_code(StreamId, std::uint32_t /*group*/, std::uint32_t /*code*/) const {
    return true;
  }

  /// The fields of some rows of a group that `columns` leaves out, for there are too many different
  /// ones: `streams` and `read` know them by name, but nobody lists their names.
  virtual Status visit_loose_fields(std::uint32_t /*group*/,
                                    std::span<const std::uint32_t> /*rows*/,
                                    const LooseFieldVisitor& /*visit*/) const {
    return {};
  }

  /// Where the rows of a trace are. May name rows of other traces too (a filter, not a proof).
  virtual Result<std::vector<RowRange>> find_trace(const model::TraceId& id) const = 0;
};

/// Every event accepted before it was taken, for as long as it is held. Sources are ordered by
/// descending latest time.
struct Snapshot {
  std::vector<std::shared_ptr<const RowSource>> sources;
  std::shared_ptr<const Catalogue> catalogue;
};

}  // namespace tracery::store
