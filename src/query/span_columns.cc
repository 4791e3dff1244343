// SPDX-License-Identifier: Apache-2.0
#include "query/span_columns.h"

#include <algorithm>
#include <cstring>

#include "model/names.h"
#include "query/span_time.h"
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

void read_id(std::span<const VectorPtr> vectors, std::vector<TraceSpan>& spans,
             std::uint64_t TraceSpan::* member) {
  const bool is_plain = vectors.size() == 1 && vectors[0]->type == StreamType::kId8;
  if (!is_plain) {
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
      if (spans[row].bits != 0) spans[row].*member = id_at(vectors, row);
    }
    return;
  }
  // Absent ids are zeros.
  const auto* words = vectors[0]->as<std::uint64_t>();
  for (std::size_t row = 0; row < spans.size(); ++row) {
    spans[row].*member = __builtin_bswap64(words[row]);
  }
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

Status SpanColumns::read_times(GroupReader& reader) {
  const VectorPtr times = TRACERY_TRY(reader.field(store::RowField::kTime));
  const auto* time_ns = times->as<std::int64_t>();
  const std::int64_t from_ns = add_saturating(spec_.from_ns, -kTraceReachNs);
  const std::int64_t to_ns = add_saturating(spec_.to_ns, kTraceReachNs);
  for (std::size_t row = 0; row < spans_.size(); ++row) {
    TraceSpan& span = spans_[row];
    span.start_ns = span.end_ns = time_ns[row];
    const bool counts = is_on(bits_[row], SpanFact::kIsSpan) && time_ns[row] >= from_ns &&
                        time_ns[row] < to_ns && ids()[row] != model::TraceId{};
    span.bits = counts ? bits_[row] : 0;
  }
  for (const VectorPtr& vector : TRACERY_TRY(reader.vectors(kDuration))) {
    for (std::uint32_t row = 0; row < vector->rows; ++row) {
      if (!vector->is_present(row)) continue;
      TraceSpan& span = spans_[row];
      if (vector->type == StreamType::kDouble) {
        span.end_ns = end_of_span(span.start_ns, vector->as<double>()[row]);
      } else if (vector->type == StreamType::kInt) {
        span.end_ns = end_of_span(span.start_ns, vector->as<std::int64_t>()[row]);
      }
    }
  }
  return {};
}

Status SpanColumns::read_ids(GroupReader& reader) {
  read_id(TRACERY_TRY(reader.vectors(kSpanId)), spans_, &TraceSpan::id);
  read_id(TRACERY_TRY(reader.vectors(kParentId)), spans_, &TraceSpan::parent_id);
  const store::ZoneMap rates = reader.zone(store::RowField::kSampleRate);
  if (rates.min_int == 1 && rates.max_int == 1) return {};
  const VectorPtr vector = TRACERY_TRY(reader.field(store::RowField::kSampleRate));
  for (std::size_t row = 0; row < spans_.size(); ++row) {
    spans_[row].weight = static_cast<std::uint32_t>(vector->as<std::int64_t>()[row]);
  }
  return {};
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

void SpanColumns::read_label(Source& source, const ColumnVector& vector) {
  if (vector.type != StreamType::kString) return;
  if (source.dictionary != vector.dictionary) {
    source.dictionary = vector.dictionary;
    source.numbers.clear();
  }
  const auto at = static_cast<std::size_t>(source.label);
  for (std::uint32_t row = 0; row < vector.rows; ++row) {
    TraceSpan& span = spans_[row];
    const std::uint32_t code = vector.code(row);
    if (code == 0 || span.labels[at] != 0 || !needs_label(span.bits, source.label)) continue;
    span.labels[at] = number_of(source, code);
  }
}

/// Whole row groups are often of one dataset or two, but need no shortcut: codes are bytes.
Status SpanColumns::read_datasets(GroupReader& reader) {
  const VectorPtr vector = TRACERY_TRY(reader.field(store::RowField::kDataset));
  read_label(dataset_, *vector);
  return {};
}

Status SpanColumns::read(GroupReader& reader, std::uint32_t source) {
  TRACERY_TRY(tester_->evaluate(reader, bits_));
  TRACERY_TRY(trace_ids_.read(reader, kTraceId));
  spans_.assign(reader.rows(), {});
  TRACERY_TRY(read_times(reader));
  TRACERY_TRY(read_ids(reader));
  TRACERY_TRY(read_datasets(reader));
  for (Source& label : sources_) {
    for (const VectorPtr& vector : TRACERY_TRY(reader.vectors(label.column))) {
      read_label(label, *vector);
    }
  }
  for (std::uint32_t row = 0; row < spans_.size(); ++row) {
    spans_[row].place = {source, reader.group(), row};
  }
  return {};
}

}  // namespace tracery::query
