// SPDX-License-Identifier: Apache-2.0
#include "query/span_columns.h"

#include <algorithm>
#include <cstring>

#include "model/names.h"
#include "query/span_time.h"
#include "query/trace_id_words.h"
#include "query/trace_rows.h"

namespace tracery::query {
namespace {

namespace names = model::names;
using store::ColumnVector;
using store::StreamType;

/// The first columns, by their place.
enum Column : std::size_t { kTraceId, kSpanId, kParentId, kDuration };

constexpr bool is_on(std::uint64_t bits, SpanFact fact) {
  return (bits >> static_cast<unsigned>(fact) & 1) != 0;
}

/// Labels that only some spans need: reading them of others would number texts for nothing.
bool needs_label(std::uint64_t bits, SpanLabel label) {
  switch (label) {
    case SpanLabel::kCallee:
    case SpanLabel::kCalleeType: return is_on(bits, SpanFact::kCall);
    case SpanLabel::kExceptionType:
    case SpanLabel::kExceptionMessage:
      return is_on(bits, SpanFact::kFault) || is_on(bits, SpanFact::kError) ||
             is_on(bits, SpanFact::kThrottle);
    default: return bits != 0;
  }
}

void fill_id(std::span<const VectorPtr> vectors, std::span<TraceSpan> rows, std::uint32_t first,
             std::uint64_t TraceSpan::* member) {
  const bool is_plain = vectors.size() == 1 && vectors[0]->type == StreamType::kId8;
  if (!is_plain) {
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      if (rows[i].bits != 0) rows[i].*member = id_at(vectors, first + i);
    }
    return;
  }
  // Absent ids are zeros.
  const auto* words = vectors[0]->as<std::uint64_t>() + first;
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*member = __builtin_bswap64(words[i]);
}

}  // namespace

Status TraceIdColumn::read(GroupReader& reader, std::size_t column) {
  ids_.assign(reader.rows(), {});
  for (const VectorPtr& vector : TRACERY_TRY(reader.vectors(column))) {
    if (vector->type == StreamType::kId16) {
      if (vector->present.empty()) {
        std::memcpy(ids_.data(), vector->data.data(), ids_.size() * sizeof(model::TraceId));
        continue;
      }
      for (std::uint32_t row = 0; row < vector->rows; ++row) {
        if (!vector->is_present(row)) continue;
        std::memcpy(ids_[row].bytes.data(), vector->data.data() + std::size_t{16} * row, 16);
      }
      continue;
    }
    for (std::uint32_t row = 0; row < vector->rows; ++row) {
      if (const auto id = trace_id_at(*vector, row)) ids_[row] = *id;
    }
  }
  return {};
}

SpanColumns::SpanColumns(const TraceScanSpec& spec, Symbols& symbols)
    : spec_(spec), symbols_(symbols) {
  columns_ = {std::string(names::kTraceId), std::string(names::kSpanId),
              std::string(names::kParentId), std::string(names::kDurationMs)};
  std::vector<RowTest> tests(spec.rules->facts.begin(), spec.rules->facts.end());
  tests.insert(tests.end(), spec.tests.begin(), spec.tests.end());
  tester_.emplace(tests, columns_);
  add_labels();
}

std::size_t SpanColumns::add_column(const std::string& name) {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found != columns_.end()) return static_cast<std::size_t>(found - columns_.begin());
  columns_.push_back(name);
  return columns_.size() - 1;
}

void SpanColumns::add_labels() {
  dataset_.label = SpanLabel::kDataset;
  const std::uint32_t wanted = spec_.labels | 1U << static_cast<unsigned>(SpanLabel::kService);
  for (std::size_t label = 0; label < kSpanLabels; ++label) {
    if ((wanted >> label & 1) == 0) continue;
    for (const LabelSource& source : spec_.rules->labels[label]) {
      Source& added = sources_.emplace_back();
      added.label = static_cast<SpanLabel>(label);
      added.column = add_column(source.column);
      added.source = &source;
    }
  }
}

Result<SpanColumns::Vectors> SpanColumns::read_vectors(GroupReader& reader) {
  Vectors vectors;
  vectors.times = TRACERY_TRY(reader.field(store::RowField::kTime));
  vectors.datasets = TRACERY_TRY(reader.field(store::RowField::kDataset));
  const store::ZoneMap rates = reader.zone(store::RowField::kSampleRate);
  if (rates.min_int != 1 || rates.max_int != 1) {
    vectors.rates = TRACERY_TRY(reader.field(store::RowField::kSampleRate));
  }
  vectors.span_ids = TRACERY_TRY(reader.vectors(kSpanId));
  vectors.parent_ids = TRACERY_TRY(reader.vectors(kParentId));
  vectors.durations = TRACERY_TRY(reader.vectors(kDuration));
  for (Source& source : sources_) {
    for (const VectorPtr& vector : TRACERY_TRY(reader.vectors(source.column))) {
      if (vector->type == StreamType::kString) vectors.labels.emplace_back(&source, vector);
    }
  }
  return vectors;
}

void SpanColumns::fill_times(const ColumnVector& times, Rows block) {
  const auto* time_ns = times.as<std::int64_t>();
  const std::int64_t from_ns = add_saturating(spec_.from_ns, -kTraceReachNs);
  const std::int64_t to_ns = add_saturating(spec_.to_ns, kTraceReachNs);
  for (std::uint32_t row = block.first; row < block.end; ++row) {
    TraceSpan& span = spans_[row];
    span.start_ns = span.end_ns = time_ns[row];
    const bool counts = is_on(bits_[row], SpanFact::kIsSpan) && time_ns[row] >= from_ns &&
                        time_ns[row] < to_ns && !is_no_trace(ids()[row]);
    span.bits = counts ? bits_[row] : 0;
  }
}

void SpanColumns::fill_ends(const ColumnVector& durations, Rows block) {
  for (std::uint32_t row = block.first; row < block.end; ++row) {
    if (!durations.is_present(row)) continue;
    TraceSpan& span = spans_[row];
    if (durations.type == StreamType::kDouble) {
      span.end_ns = end_of_span(span.start_ns, durations.as<double>()[row]);
    } else if (durations.type == StreamType::kInt) {
      span.end_ns = end_of_span(span.start_ns, durations.as<std::int64_t>()[row]);
    }
  }
}

std::uint32_t SpanColumns::number_of(Source& source, std::uint32_t code) {
  constexpr std::uint32_t kUnknown = ~std::uint32_t{0};
  const auto& dictionary = *source.dictionary;
  if (source.numbers.empty()) source.numbers.assign(std::size_t{dictionary.size()} + 1, kUnknown);
  std::uint32_t& number = source.numbers[code];
  if (number == kUnknown) {
    const std::string_view text = dictionary.at(code - 1);
    const bool is_plain = source.source == nullptr || !source.source->translate;
    number =
        is_plain ? symbols_.number_of(text) : symbols_.number_of(source.source->translate(text));
  }
  return number;
}

void SpanColumns::fill_label(Source& source, const ColumnVector& vector, Rows block) {
  if (source.dictionary != vector.dictionary) {
    source.dictionary = vector.dictionary;
    source.numbers.clear();
  }
  const auto at = static_cast<std::size_t>(source.label);
  for (std::uint32_t row = block.first; row < block.end; ++row) {
    TraceSpan& span = spans_[row];
    const std::uint32_t code = vector.code(row);
    if (code == 0 || span.labels[at] != 0 || !needs_label(span.bits, source.label)) continue;
    span.labels[at] = number_of(source, code);
  }
}

void SpanColumns::fill(const Vectors& vectors, Rows block) {
  const auto rows = std::span(spans_).subspan(block.first, block.end - block.first);
  fill_times(*vectors.times, block);
  for (const VectorPtr& vector : vectors.durations) fill_ends(*vector, block);
  fill_id(vectors.span_ids, rows, block.first, &TraceSpan::id);
  fill_id(vectors.parent_ids, rows, block.first, &TraceSpan::parent_id);
  if (vectors.rates != nullptr) {
    for (std::uint32_t row = block.first; row < block.end; ++row) {
      spans_[row].weight = static_cast<std::uint32_t>(vectors.rates->as<std::int64_t>()[row]);
    }
  }
  fill_label(dataset_, *vectors.datasets, block);
  for (const auto& [source, vector] : vectors.labels) fill_label(*source, *vector, block);
}

Status SpanColumns::read(GroupReader& reader, std::uint32_t source, std::span<const Rows> wanted) {
  TRACERY_TRY(tester_->evaluate(reader, bits_));
  const Vectors vectors = TRACERY_TRY(read_vectors(reader));
  spans_.resize(reader.rows());
  // Few enough rows that all their columns are filled while they are in the cache.
  constexpr std::uint32_t kBlockRows = 512;
  for (const Rows& rows : wanted) {
    for (std::uint32_t first = rows.first; first < rows.end; first += kBlockRows) {
      const Rows block{first, std::min(first + kBlockRows, rows.end)};
      for (std::uint32_t row = block.first; row < block.end; ++row) {
        spans_[row] = {};
        spans_[row].place = {source, reader.group(), row};
      }
      fill(vectors, block);
    }
  }
  return {};
}

}  // namespace tracery::query
