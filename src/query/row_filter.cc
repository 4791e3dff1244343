// SPDX-License-Identifier: Apache-2.0
#include "query/row_filter.h"

#include <algorithm>
#include <utility>

#include "base/text_search.h"

namespace tracery::query {
namespace {

using store::ColumnVector;
using store::StreamType;

template <typename Code>
void test_codes(const Code* codes, const std::vector<std::uint8_t>& accepted, Mask& mask) {
  const std::uint8_t* table = accepted.data();
  std::uint8_t* out = mask.data();
  const std::size_t rows = mask.size();
  for (std::size_t i = 0; i < rows; ++i) out[i] = table[codes[i]];
}

template <typename Code>
void test_one_code(const Code* codes, Code wanted, Mask& mask) {
  std::uint8_t* out = mask.data();
  const std::size_t rows = mask.size();
  for (std::size_t i = 0; i < rows; ++i) out[i] = codes[i] == wanted;
}

template <typename Code>
void test_present(const Code* codes, Mask& mask) {
  std::uint8_t* out = mask.data();
  const std::size_t rows = mask.size();
  for (std::size_t i = 0; i < rows; ++i) out[i] = codes[i] != 0;
}

/// Marks the entries that hold a text: one search through all of them.
void mark_holders(const store::StringDictionary::Packed& texts, std::string_view needle,
                  std::vector<std::uint8_t>& by_code) {
  std::size_t at = 0;
  std::size_t entry = 0;
  for (;;) {
    const std::size_t found = find_text(texts.bytes.substr(at), needle);
    if (found == std::string_view::npos) return;
    at += found;
    while (texts.ends[entry] <= at) ++entry;
    // A place that reaches into the next entry is none.
    const bool is_inside = at + needle.size() <= texts.ends[entry];
    if (is_inside) by_code[entry + 1] = 1;
    at = is_inside ? texts.ends[entry] : at + 1;
  }
}

/// Calls f(pointer to codes) with the vector's own width.
template <typename F>
void with_codes(const ColumnVector& vector, F&& f) {
  if (vector.code_bytes == 1) return f(vector.data.data());
  if (vector.code_bytes == 2) return f(vector.as<std::uint16_t>());
  f(vector.as<std::uint32_t>());
}

bool predicate_may_match(const Predicate& predicate, const store::RowSource& source,
                         std::uint32_t group) {
  const auto streams = source.streams(predicate.column);
  if (predicate.negated) {
    if (predicate.kind != Predicate::Kind::kExists) return true;
    std::uint64_t present = 0;
    for (const auto& ref : streams) present += source.zone(ref.id, group).present_rows;
    return present < source.group_rows(group);
  }
  return std::any_of(streams.begin(), streams.end(), [&](const store::StreamRef& ref) {
    return predicate.may_accept(ref.type, source.zone(ref.id, group));
  });
}

/// False when the filters over words say that no text of the row group is accepted.
Result<bool> may_have_words(const Predicate& predicate, const GroupReader& reader) {
  const store::RowSource& source = reader.source();
  for (const store::StreamRef& ref : source.streams(predicate.column)) {
    const bool may = ref.type != StreamType::kString ||
                     TRACERY_TRY(source.may_contain_words(ref.id, reader.group(), predicate.words));
    if (may && source.zone(ref.id, reader.group()).present_rows > 0) return true;
  }
  return false;
}

}  // namespace

bool may_match(const FilterPlan& plan, const store::RowSource& source, std::uint32_t group) {
  const auto may = [&](const Predicate& predicate) {
    return predicate_may_match(predicate, source, group);
  };
  const auto first = plan.predicates.begin();
  const auto required = first + static_cast<std::ptrdiff_t>(plan.combined);
  if (!std::all_of(required, plan.predicates.end(), may)) return false;
  if (plan.combined == 0) return true;
  return plan.combine == Combine::kAnd ? std::all_of(first, required, may)
                                       : std::any_of(first, required, may);
}

RowFilter::RowFilter(const FilterPlan* plan) : plan_(plan), accepted_(plan->predicates.size() + 1) {
  dataset_.kind = Predicate::Kind::kValues;
  dataset_.texts = plan->datasets;
  std::sort(dataset_.texts.begin(), dataset_.texts.end());
}

Match RowFilter::test_strings(const ColumnVector& vector, bool all_present,
                              const Predicate& predicate, Accepted& accepted, Mask& mask) {
  if (accepted.dictionary != vector.dictionary) {
    accepted.dictionary = vector.dictionary;
    const std::uint32_t entries = vector.dictionary->size();
    accepted.by_code.assign(std::size_t{entries} + 1, 0);
    const auto packed = predicate.is_substring() ? vector.dictionary->packed() : std::nullopt;
    if (packed) mark_holders(*packed, predicate.needle, accepted.by_code);
    for (std::uint32_t i = 0; i < entries && !packed; ++i) {
      accepted.by_code[i + 1] = predicate.accepts(vector.dictionary->at(i)) ? 1 : 0;
    }
    accepted.codes = count_ones(accepted.by_code);
    const auto first = std::find(accepted.by_code.begin(), accepted.by_code.end(), 1);
    accepted.a_code = static_cast<std::uint32_t>(first - accepted.by_code.begin());
  }
  const bool every_entry = accepted.codes + 1 == accepted.by_code.size();
  if (accepted.codes == 0) return Match::kNone;
  if (every_entry && all_present) return Match::kAll;
  mask.resize(vector.rows);
  with_codes(vector, [&](const auto* codes) {
    using Code = std::remove_cvref_t<decltype(*codes)>;
    if (every_entry) return test_present(codes, mask);
    if (accepted.codes == 1) return test_one_code(codes, static_cast<Code>(accepted.a_code), mask);
    test_codes(codes, accepted.by_code, mask);
  });
  return Match::kSome;
}

Result<Match> RowFilter::evaluate_positive(std::size_t index, GroupReader& reader, Mask& mask) {
  const Predicate& predicate = plan_->predicates[index];
  if (!predicate.words.empty() && !TRACERY_TRY(may_have_words(predicate, reader))) {
    return Match::kNone;
  }
  const auto streams = TRACERY_TRY(reader.column(plan_->columns[index]));
  Match match = Match::kNone;
  for (const GroupReader::Stream& stream : streams) {
    const bool all_present = stream.present_rows == reader.rows();
    Mask& target = match == Match::kNone ? mask : stream_scratch_;
    Match one = Match::kSome;
    if (!predicate.may_accept(stream.ref.type,
                              reader.source().zone(stream.ref.id, reader.group()))) {
      one = Match::kNone;
    } else if (predicate.kind == Predicate::Kind::kExists && all_present) {
      one = Match::kAll;
    } else if (stream.ref.type == StreamType::kString) {
      one = test_strings(*stream.vector, all_present, predicate, accepted_[index], target);
    } else {
      predicate.test(*stream.vector, target);
    }
    if (one == Match::kAll) return one;
    if (one == Match::kSome && match == Match::kSome) or_into(mask, stream_scratch_);
    if (one == Match::kSome) match = one;
  }
  return match;
}

Result<Match> RowFilter::evaluate_predicate(std::size_t index, GroupReader& reader, Mask& mask) {
  const Match match = TRACERY_TRY(evaluate_positive(index, reader, mask));
  if (!plan_->predicates[index].negated) return match;
  if (match == Match::kNone) return Match::kAll;
  if (match == Match::kAll) return Match::kNone;
  invert(mask);
  return match;
}

Result<Match> RowFilter::combine(GroupReader& reader, Mask& mask) {
  const bool is_and = plan_->combine == Combine::kAnd;
  // What leaves the result as it is, and what decides it at once.
  const Match neutral = is_and ? Match::kAll : Match::kNone;
  const Match decisive = is_and ? Match::kNone : Match::kAll;
  if (plan_->combined == 0) return Match::kAll;
  Match match = neutral;
  for (std::size_t i = 0; i < plan_->combined; ++i) {
    Mask& target = match == neutral ? mask : scratch_;
    const Match one = TRACERY_TRY(evaluate_predicate(i, reader, target));
    if (one == decisive) return decisive;
    if (one == neutral) continue;
    if (match == Match::kSome && is_and) and_into(mask, scratch_);
    if (match == Match::kSome && !is_and) or_into(mask, scratch_);
    match = Match::kSome;
    if (is_and && i + 1 < plan_->combined && count_ones(mask) == 0) return Match::kNone;
  }
  return match;
}

/// Narrows a match by the predicates that must hold in any case.
Result<Match> RowFilter::require(Match match, GroupReader& reader, Mask& mask) {
  for (std::size_t i = plan_->combined; i < plan_->predicates.size(); ++i) {
    if (match == Match::kNone) return match;
    Mask& target = match == Match::kAll ? mask : scratch_;
    const Match one = TRACERY_TRY(evaluate_predicate(i, reader, target));
    if (one == Match::kAll) continue;
    if (one == Match::kSome && match == Match::kSome) and_into(mask, scratch_);
    match = one;
  }
  return match;
}

Result<Match> RowFilter::evaluate(GroupReader& reader, Mask& mask) {
  Match in_dataset = Match::kAll;
  if (!plan_->datasets.empty()) {
    const VectorPtr vector = TRACERY_TRY(reader.field(store::RowField::kDataset));
    in_dataset = test_strings(*vector, true, dataset_, accepted_.back(), all_scratch_);
    if (in_dataset == Match::kNone) return Match::kNone;
  }
  const Match combined = TRACERY_TRY(combine(reader, mask));
  const Match match = TRACERY_TRY(require(combined, reader, mask));
  if (match == Match::kNone || in_dataset == Match::kAll) return match;
  if (match == Match::kAll) {
    mask = all_scratch_;
  } else {
    and_into(mask, all_scratch_);
  }
  return Match::kSome;
}

}  // namespace tracery::query
