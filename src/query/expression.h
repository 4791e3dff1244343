// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "query/datum.h"

namespace tracery::query {

/// One value from the values of the arguments, nothing else. Texts it makes go to the arena. Called
/// from several threads at once.
using ScalarFunction = std::function<Datum(const Datum* arguments, TextArena& arena)>;

/// A tree of functions over the slots of rows. Immutable once built; shared between threads.
struct Expression {
  enum class Kind : std::uint8_t { kConstant, kSlot, kCall };

  Kind kind = Kind::kConstant;
  Datum constant;  ///< kConstant.
  std::size_t slot = 0;
  ScalarFunction function;
  std::vector<Expression> arguments;

  /// The bytes of a constant text.
  std::shared_ptr<const std::string> text;
  /// Of kCall: numbers the call among all of a RowProgram; where its values are kept.
  std::size_t number = 0;
  /// Of kCall: the only slot that it depends on, if there is one.
  std::optional<std::size_t> only_slot;

  static Expression of_constant(Datum value);
  static Expression of_text(std::string text);
  static Expression of_slot(std::size_t slot);
  bool is_constant() const { return kind == Kind::kConstant; }
};

/// Values for several slots at once from one value (null included): what `parse` does. `out` has
/// one datum per slot.
using Extractor = std::function<void(const Datum& source, TextArena& arena, Datum* out)>;
/// The elements of a list, or what else stands for a value (null included) in rows of their own;
/// none of what is no list.
using ListReader =
    std::function<void(const Datum& list, TextArena& arena, std::vector<Datum>& elements)>;
/// A value that a row has no column for, looked up in one of its texts.
using FieldFinder = std::function<Datum(std::string_view text, TextArena& arena)>;

/// Where the value of a slot comes from.
struct RowSlot {
  enum class Kind : std::uint8_t {
    kGiven,      ///< Part of the rows: a column of a table.
    kTime,       ///< The event's time.
    kDataset,    ///< The event's dataset.
    kColumn,     ///< A column of events.
    kComputed,   ///< An expression.
    kExtracted,  ///< One of an extraction's.
    kElement,    ///< Set by RowEvaluator::unnest.
  };

  Kind kind = Kind::kGiven;
  std::size_t column = 0;  ///< kGiven: of the table. kColumn: into RowProgram::columns.
  /// kColumn: where to look when a row has no such column, and with what.
  FieldFinder finder;
  std::size_t find_in = 0;
  Expression expression;       ///< kComputed.
  std::size_t extraction = 0;  ///< kExtracted: into RowProgram::extractions.
};

struct Extraction {
  Expression source;
  Extractor extractor;
  std::vector<std::size_t> slots;
};

/// Everything that rows can be asked for, computed only when it is.
struct RowProgram {
  std::vector<std::string> columns;
  std::vector<RowSlot> slots;
  std::vector<Extraction> extractions;
  std::size_t calls = 0;  ///< Numbers given to calls.

  /// A call of this program.
  Expression call(ScalarFunction function, std::vector<Expression> arguments);
  std::size_t add_slot(RowSlot slot);
  /// The slot of a column of events; the same one for the same name.
  std::size_t column_slot(const std::string& name);
};

}  // namespace tracery::query
