// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/trace_id.h"
#include "query/event_reader.h"
#include "query/row_test.h"
#include "query/symbols.h"

namespace tracery::query {

/// Texts that are read of every span, as numbers of a Symbols table; 0 where there is none.
enum class SpanLabel : std::uint8_t {
  kService,      ///< Whose work it is.
  kServiceType,  ///< What that service runs on.
  kAccount,
  kDataset,
  kCallee,      ///< Of a call: the service called, as far as the caller can say.
  kCalleeType,  ///< Of a call: what kind of service that is.
  kName,        ///< The span's own.
  kOperation,   ///< What is done: a route, a name.
  kExceptionType,
  kExceptionMessage,
};
inline constexpr std::size_t kSpanLabels = 10;

/// What is known of a span by the rules; the first bits of TraceSpan::bits.
enum class SpanFact : std::uint8_t {
  kIsSpan,      ///< A span at all, and no log record or the like.
  kUnfinished,  ///< Sent while still open; a finished one of the same id replaces it.
  kEntry,       ///< Begins the work of a service, whatever its parent.
  kPart,        ///< Never begins the work of a service.
  kServed,      ///< Serves a request from outside.
  kCall,        ///< Asks another service.
  kFault,
  kError,
  kThrottle,
};
inline constexpr std::size_t kSpanFacts = 9;

/// A column that a label is read from. `translate`, when there, makes the label of the column's
/// text; an empty text is as good as none.
struct LabelSource {
  std::string column;
  std::function<std::string(std::string_view)> translate;
};

/// How spans of all protocols are understood. Shared by threads; never changed while in use.
struct SpanRules {
  std::array<RowTest, kSpanFacts> facts;
  /// In order of precedence.
  std::array<std::vector<LabelSource>, kSpanLabels> labels;
  std::string client_type;   ///< Type of the node that stands for whoever calls from outside.
  std::string unknown_type;  ///< Type of a called service of which no more is known.
};

/// One span of a trace.
struct TraceSpan {
  std::uint64_t id = 0, parent_id = 0;  ///< 0: none.
  std::uint64_t bits = 0;               ///< SpanFacts, then the scan's tests.
  std::int64_t start_ns = 0, end_ns = 0;
  std::array<std::uint32_t, kSpanLabels> labels{};
  RowPlace place;
  std::uint32_t weight = 1;  ///< How many it stands for.

  // By assembly.
  std::int32_t parent = -1;  ///< Index of the parent in the trace; -1 when it is not there.
  std::int32_t entry = -1;  ///< Index of the span that began the work it is part of; may be itself.
  bool is_entry = false;
  bool is_answered = false;  ///< A service's work hangs under it.

  bool has(SpanFact fact) const { return (bits >> static_cast<unsigned>(fact) & 1) != 0; }
  bool has_test(std::size_t test) const { return (bits >> (kSpanFacts + test) & 1) != 0; }
  std::uint32_t label(SpanLabel label) const { return labels[static_cast<std::size_t>(label)]; }
  std::int64_t duration_ns() const { return end_ns - start_ns; }
};

/// A trace seen as services that call each other. Spans by start, then id.
struct ServiceTrace {
  model::TraceId id;
  std::vector<TraceSpan> spans;
  /// Index of the span that began it all: the earliest entry without a parent here. -1 when no
  /// span is an entry.
  std::int32_t root = -1;

  std::int64_t start_ns() const { return spans.front().start_ns; }
  std::int64_t end_ns() const;
};

/// Makes a trace of its spans, whatever their order: drops repeated ones, finds parents, entries
/// and answered calls, and hands services down to spans that do not name their own. Keeps its
/// working memory between traces; used by one thread.
class TraceAssembler {
 public:
  void assemble(ServiceTrace& trace);

 private:
  void index(const std::vector<TraceSpan>& spans);
  std::int32_t find(const std::vector<TraceSpan>& spans, std::uint64_t id) const;
  void drop_repeated(std::vector<TraceSpan>& spans);
  void resolve(std::vector<TraceSpan>& spans, std::size_t span);

  std::vector<std::int32_t> table_;  ///< By hash of the id; -1 is free. Empty for short traces.
  std::vector<std::uint8_t> state_;
  std::vector<std::size_t> stack_;
};

/// One call within a trace, or into it.
struct ServiceCall {
  std::int32_t from = -1;    ///< Entry of the calling service; -1: a client outside the trace.
  std::int32_t to = -1;      ///< Entry that answers; the calling span itself when none does.
  std::int32_t seen_by = 0;  ///< The span that tells how long the caller waited and what it got.
  bool is_inferred = false;  ///< Nobody answered: the called service is known by the call alone.
};

/// Calls f(const ServiceCall&) for every call, in order of the spans.
template <typename F>
void for_each_call(const ServiceTrace& trace, F&& f) {
  for (std::size_t i = 0; i < trace.spans.size(); ++i) {
    const TraceSpan& span = trace.spans[i];
    const auto here = static_cast<std::int32_t>(i);
    if (span.is_entry && span.parent >= 0) {
      const TraceSpan& parent = trace.spans[static_cast<std::size_t>(span.parent)];
      const std::int32_t seen_by = parent.has(SpanFact::kCall) ? span.parent : here;
      if (parent.entry >= 0) f(ServiceCall{parent.entry, here, seen_by, false});
    } else if (span.is_entry && (span.has(SpanFact::kEntry) || span.has(SpanFact::kServed))) {
      f(ServiceCall{-1, here, here, false});
    }
    if (span.has(SpanFact::kCall) && !span.is_entry && !span.is_answered && span.entry >= 0) {
      f(ServiceCall{span.entry, here, here, true});
    }
  }
}

/// A service, or whatever stands in its place on a map. Numbers of a Symbols table.
struct ServiceKey {
  std::uint32_t name = 0, type = 0, account = 0;
  bool operator==(const ServiceKey&) const = default;
};

/// Names the services of traces. Cheap to copy.
class ServiceNamer {
 public:
  ServiceNamer(const SpanRules& rules, Symbols& symbols)
      : client_type_(symbols.number_of(rules.client_type)),
        unknown_type_(symbols.number_of(rules.unknown_type)) {}

  /// The service whose work an entry began.
  ServiceKey of_entry(const TraceSpan& entry) const {
    return {entry.label(SpanLabel::kService), entry.label(SpanLabel::kServiceType),
            entry.label(SpanLabel::kAccount)};
  }
  /// Whoever called that service from outside.
  ServiceKey of_client(const TraceSpan& entry) const {
    return {entry.label(SpanLabel::kService), client_type_, 0};
  }
  /// The service that an unanswered call went to.
  ServiceKey of_callee(const TraceSpan& call) const {
    const std::uint32_t type = call.label(SpanLabel::kCalleeType);
    return {call.label(SpanLabel::kCallee), type == 0 ? unknown_type_ : type, 0};
  }
  ServiceKey from(const ServiceTrace& trace, const ServiceCall& call) const {
    if (call.from < 0) return of_client(trace.spans[static_cast<std::size_t>(call.to)]);
    return of_entry(trace.spans[static_cast<std::size_t>(call.from)]);
  }
  ServiceKey to(const ServiceTrace& trace, const ServiceCall& call) const {
    const TraceSpan& span = trace.spans[static_cast<std::size_t>(call.to)];
    return call.is_inferred ? of_callee(span) : of_entry(span);
  }

 private:
  std::uint32_t client_type_, unknown_type_;
};

}  // namespace tracery::query
