// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "query/expression.h"
#include "query/group_reader.h"
#include "query/mask.h"
#include "query/row_table.h"

namespace tracery::query {

/// Computes slots and expressions over chosen rows of a row group or a table, many rows at a time
/// and only what is asked for. Calls that depend on one column of texts run once per entry of its
/// dictionary. Used by one thread.
class RowEvaluator {
 public:
  explicit RowEvaluator(const RowProgram* program);

  /// Rows of the reader's row group, ascending; both must stay until the next start.
  void start(GroupReader* reader, std::vector<std::uint32_t> rows);
  /// All rows of a table.
  void start(const RowTable* table);

  std::uint32_t count() const { return static_cast<std::uint32_t>(rows_.size()); }
  /// Which row of the row group or table each is.
  const std::vector<std::uint32_t>& rows() const { return rows_; }

  /// One value per row. Valid until the next `keep` or `start`.
  Result<const Datum*> slot(std::size_t slot);
  /// The same; valid until the expression is evaluated again, too.
  Result<const Datum*> evaluate(const Expression& expression);
  /// Goes on with the rows whose byte is 1.
  void keep(const Mask& mask);
  /// Goes on with one row for each element of a row's list, which the slot (kElement) then is.
  Status unnest(const Expression& list, const ListReader& read, std::size_t slot);

  /// Bytes of texts in the slots read so far since `start`.
  std::uint64_t text_bytes() const { return text_bytes_; }
  std::size_t memory_bytes() const;

 private:
  struct Slot {
    bool is_ready = false;
    std::vector<Datum> values;
    /// Set when all values are of one stream of texts: the codes behind them.
    VectorPtr coded;
  };
  /// Results by dictionary entry.
  struct Memo {
    std::shared_ptr<const store::StringDictionary> dictionary;
    std::vector<Datum> by_code;
    std::vector<std::uint8_t> is_known;
    TextArena texts;
  };
  struct Call {
    std::vector<Datum> values;
    std::vector<Datum> entries;
    std::vector<std::uint32_t> new_codes;
    Memo memo;
  };
  /// What an evaluation runs over: the rows, or values for one slot.
  struct Input {
    std::size_t count = 0;
    const Datum* bound = nullptr;
    std::size_t bound_slot = 0;
    TextArena* texts = nullptr;
  };
  /// Values of an argument: one for all rows when the step is 0.
  struct Values {
    const Datum* data = nullptr;
    std::size_t step = 1;
  };

  Result<Values> run(const Expression& expression, const Input& input);
  Status run_call(const Expression& expression, const Input& input, std::vector<Datum>& out);
  Result<bool> run_by_entry(const Expression& expression);
  Status load(std::size_t index);
  Status load_column(const RowSlot& slot, Slot& into);
  void load_stream(const store::ColumnVector& vector, Slot& into);
  Status find_missing(const RowSlot& slot, Slot& into);
  Status load_field(store::RowField field, Slot& into);
  Status extract(const Extraction& extraction);

  const RowProgram* program_;
  GroupReader* reader_ = nullptr;
  const RowTable* table_ = nullptr;
  std::vector<std::uint32_t> rows_;
  std::vector<Slot> slots_;
  std::vector<Call> calls_;
  std::vector<Datum> constant_;
  TextArena texts_;
  std::uint64_t text_bytes_ = 0;
};

}  // namespace tracery::query
