// SPDX-License-Identifier: Apache-2.0
#include "query/row_evaluator.h"

#include <algorithm>
#include <numeric>

#include "base/hex.h"

namespace tracery::query {
namespace {

using store::ColumnVector;
using store::StreamType;

/// Work by entry pays when there are not many more entries than rows.
constexpr std::size_t kEntriesPerRow = 8;
/// Rows that `unnest` makes of those of a row group at most.
constexpr std::size_t kElementsMax = 2'000'000;

Datum datum_at(const ColumnVector& vector, std::uint32_t row, TextArena& texts) {
  switch (vector.type) {
    case StreamType::kBool: return Datum::truth(vector.data[row] == 2);
    case StreamType::kInt: return Datum::integer(vector.as<std::int64_t>()[row]);
    case StreamType::kDouble: return Datum::number(vector.as<double>()[row]);
    case StreamType::kString: return Datum::text(vector.dictionary->at(vector.code(row) - 1));
    case StreamType::kId8:
      return Datum::text(texts.store(to_hex({vector.data.data() + std::size_t{8} * row, 8})));
    case StreamType::kId16:
      return Datum::text(texts.store(to_hex({vector.data.data() + std::size_t{16} * row, 16})));
  }
  return {};
}

template <typename T>
void keep_marked(std::vector<T>& values, const Mask& mask) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    values[kept] = values[i];
    kept += mask[i];
  }
  values.resize(kept);
}

}  // namespace

RowEvaluator::RowEvaluator(const RowProgram* program)
    : program_(program), slots_(program->slots.size()), calls_(program->calls) {}

void RowEvaluator::start(GroupReader* reader, std::vector<std::uint32_t> rows) {
  reader_ = reader;
  table_ = nullptr;
  rows_ = std::move(rows);
  for (Slot& slot : slots_) slot.is_ready = false;
  texts_.clear();
  text_bytes_ = 0;
}

void RowEvaluator::start(const RowTable* table) {
  std::vector<std::uint32_t> rows(table->rows);
  std::iota(rows.begin(), rows.end(), 0U);
  start(nullptr, std::move(rows));
  table_ = table;
}

void RowEvaluator::keep(const Mask& mask) {
  for (Slot& slot : slots_) {
    if (slot.is_ready) keep_marked(slot.values, mask);
  }
  keep_marked(rows_, mask);
}

Status RowEvaluator::unnest(const Expression& list, const ListReader& read, std::size_t slot) {
  const Datum* lists = TRACERY_TRY(evaluate(list));
  std::vector<Datum> elements;
  std::vector<std::uint32_t> parents;
  for (std::uint32_t i = 0; i < count(); ++i) {
    read(lists[i], texts_, elements);
    if (elements.size() > kElementsMax) {
      return Error{ErrorCode::kTooLarge,
                   "rows made of some rows: " + std::to_string(elements.size())};
    }
    parents.resize(elements.size(), i);
  }
  const auto repeat = [&](const auto& values) {
    std::remove_cvref_t<decltype(values)> repeated;
    repeated.reserve(parents.size());
    for (const std::uint32_t parent : parents) repeated.push_back(values[parent]);
    return repeated;
  };
  for (Slot& one : slots_) {
    if (one.is_ready) one.values = repeat(one.values);
  }
  rows_ = repeat(rows_);
  slots_[slot].values = std::move(elements);
  slots_[slot].coded.reset();
  slots_[slot].is_ready = true;
  return {};
}

Result<const Datum*> RowEvaluator::slot(std::size_t index) {
  if (!slots_[index].is_ready) TRACERY_TRY(load(index));
  return static_cast<const Datum*>(slots_[index].values.data());
}

Result<const Datum*> RowEvaluator::evaluate(const Expression& expression) {
  if (expression.kind == Expression::Kind::kCall && expression.only_slot) {
    TRACERY_TRY(slot(*expression.only_slot));
    if (TRACERY_TRY(run_by_entry(expression))) {
      return static_cast<const Datum*>(calls_[expression.number].values.data());
    }
  }
  const Input input{rows_.size(), nullptr, 0, &texts_};
  const Values values = TRACERY_TRY(run(expression, input));
  if (values.step == 1) return values.data;
  constant_.assign(rows_.size(), *values.data);
  return static_cast<const Datum*>(constant_.data());
}

Result<RowEvaluator::Values> RowEvaluator::run(const Expression& expression, const Input& input) {
  switch (expression.kind) {
    case Expression::Kind::kConstant: return Values{&expression.constant, 0};
    case Expression::Kind::kSlot:
      if (input.bound != nullptr) return Values{input.bound, 1};
      return Values{TRACERY_TRY(slot(expression.slot)), 1};
    case Expression::Kind::kCall: break;
  }
  // A call inside another may have a column of its own to go by.
  if (input.bound == nullptr && expression.only_slot) {
    TRACERY_TRY(slot(*expression.only_slot));
    if (TRACERY_TRY(run_by_entry(expression))) {
      return Values{calls_[expression.number].values.data(), 1};
    }
  }
  Call& call = calls_[expression.number];
  std::vector<Datum>& out = input.bound == nullptr ? call.values : call.entries;
  TRACERY_TRY(run_call(expression, input, out));
  return Values{out.data(), 1};
}

Status RowEvaluator::run_call(const Expression& expression, const Input& input,
                              std::vector<Datum>& out) {
  const std::size_t arguments = expression.arguments.size();
  std::vector<Values> from;
  from.reserve(arguments);
  for (const Expression& argument : expression.arguments) {
    from.push_back(TRACERY_TRY(run(argument, input)));
  }
  std::vector<Datum> row(arguments);
  out.resize(input.count);
  for (std::size_t i = 0; i < input.count; ++i) {
    for (std::size_t a = 0; a < arguments; ++a) row[a] = from[a].data[i * from[a].step];
    out[i] = expression.function(row.data(), *input.texts);
  }
  return {};
}

/// Fills the call's values from results by dictionary entry; false when there is no dictionary to
/// go by, or it is too big for these rows.
Result<bool> RowEvaluator::run_by_entry(const Expression& expression) {
  const ColumnVector* vector = slots_[*expression.only_slot].coded.get();
  if (vector == nullptr) return false;
  const std::size_t codes = std::size_t{vector->dictionary->size()} + 1;
  Memo& memo = calls_[expression.number].memo;
  if (memo.dictionary != vector->dictionary) {
    if (codes > kEntriesPerRow * rows_.size()) return false;
    memo.dictionary = vector->dictionary;
    memo.by_code.resize(codes);
    memo.is_known.assign(codes, 0);
    memo.texts.clear();
  }
  std::vector<std::uint32_t>& fresh = calls_[expression.number].new_codes;
  fresh.clear();
  for (const std::uint32_t row : rows_) {
    const std::uint32_t code = vector->code(row);
    if (memo.is_known[code] != 0) continue;
    memo.is_known[code] = 1;
    fresh.push_back(code);
  }
  if (!fresh.empty()) {
    std::vector<Datum> texts;
    texts.reserve(fresh.size());
    for (const std::uint32_t code : fresh) {
      texts.push_back(code == 0 ? Datum() : Datum::text(vector->dictionary->at(code - 1)));
    }
    const Input input{fresh.size(), texts.data(), *expression.only_slot, &memo.texts};
    const Values values = TRACERY_TRY(run(expression, input));
    for (std::size_t i = 0; i < fresh.size(); ++i) memo.by_code[fresh[i]] = values.data[i];
  }
  std::vector<Datum>& out = calls_[expression.number].values;
  out.resize(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) out[i] = memo.by_code[vector->code(rows_[i])];
  return true;
}

Status RowEvaluator::load(std::size_t index) {
  const RowSlot& from = program_->slots[index];
  Slot& into = slots_[index];
  into.coded.reset();
  switch (from.kind) {
    case RowSlot::Kind::kGiven:
      into.values.resize(rows_.size());
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        into.values[i] = table_->columns[from.column][rows_[i]];
      }
      break;
    case RowSlot::Kind::kTime: TRACERY_TRY(load_field(store::RowField::kTime, into)); break;
    case RowSlot::Kind::kDataset: TRACERY_TRY(load_field(store::RowField::kDataset, into)); break;
    case RowSlot::Kind::kColumn: TRACERY_TRY(load_column(from, into)); break;
    case RowSlot::Kind::kComputed: {
      const Datum* values = TRACERY_TRY(evaluate(from.expression));
      into.values.assign(values, values + rows_.size());
      break;
    }
    case RowSlot::Kind::kElement: into.values.assign(rows_.size(), Datum()); break;
    case RowSlot::Kind::kExtracted: return extract(program_->extractions[from.extraction]);
  }
  into.is_ready = true;
  return {};
}

Status RowEvaluator::load_field(store::RowField field, Slot& into) {
  const VectorPtr vector = TRACERY_TRY(reader_->field(field));
  if (field != store::RowField::kTime) {
    into.values.assign(rows_.size(), Datum());
    load_stream(*vector, into);
    into.coded = vector;
    return {};
  }
  into.values.resize(rows_.size());
  const auto* times = vector->as<std::int64_t>();
  for (std::size_t i = 0; i < rows_.size(); ++i) into.values[i] = Datum::time(times[rows_[i]]);
  return {};
}

void RowEvaluator::load_stream(const ColumnVector& vector, Slot& into) {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!vector.is_present(rows_[i])) continue;
    into.values[i] = datum_at(vector, rows_[i], texts_);
    if (into.values[i].is_text()) text_bytes_ += into.values[i].text().size();
  }
}

Status RowEvaluator::load_column(const RowSlot& slot, Slot& into) {
  into.values.assign(rows_.size(), Datum());
  const auto streams = TRACERY_TRY(reader_->column(slot.column));
  bool all_present = false;
  for (const GroupReader::Stream& stream : streams) {
    load_stream(*stream.vector, into);
    all_present = all_present || stream.present_rows == reader_->rows();
  }
  if (streams.size() == 1 && streams[0].ref.type == StreamType::kString) {
    into.coded = streams[0].vector;
  }
  return slot.finder && !all_present ? find_missing(slot, into) : Status();
}

/// Looks for the values that rows have no column for.
Status RowEvaluator::find_missing(const RowSlot& slot, Slot& into) {
  const auto is_null = [](const Datum& datum) { return datum.is_null(); };
  auto missing = std::find_if(into.values.begin(), into.values.end(), is_null);
  if (missing == into.values.end()) return {};
  const Datum* texts = TRACERY_TRY(this->slot(slot.find_in));
  for (; missing != into.values.end();
       missing = std::find_if(missing, into.values.end(), is_null)) {
    const Datum& text = texts[missing - into.values.begin()];
    if (text.is_text()) *missing = slot.finder(text.text(), texts_);
    if (!missing->is_null()) into.coded.reset();
    ++missing;
  }
  return {};
}

Status RowEvaluator::extract(const Extraction& extraction) {
  const Datum* sources = TRACERY_TRY(evaluate(extraction.source));
  std::vector<Datum> found(extraction.slots.size());
  for (const std::size_t index : extraction.slots) {
    slots_[index].values.resize(rows_.size());
    slots_[index].is_ready = true;
    slots_[index].coded.reset();
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::fill(found.begin(), found.end(), Datum());
    extraction.extractor(sources[i], texts_, found.data());
    for (std::size_t k = 0; k < found.size(); ++k) slots_[extraction.slots[k]].values[i] = found[k];
  }
  return {};
}

std::size_t RowEvaluator::memory_bytes() const {
  std::size_t bytes = texts_.memory_bytes() + rows_.capacity() * sizeof(std::uint32_t);
  for (const Slot& slot : slots_) bytes += slot.values.capacity() * sizeof(Datum);
  for (const Call& call : calls_) {
    bytes += (call.values.capacity() + call.entries.capacity() + call.memo.by_code.capacity()) *
                 sizeof(Datum) +
             call.memo.is_known.capacity() + call.memo.texts.memory_bytes();
  }
  return bytes;
}

}  // namespace tracery::query
