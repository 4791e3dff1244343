// SPDX-License-Identifier: Apache-2.0
#include "query/root_cause.h"

#include <algorithm>

namespace tracery::query {
namespace {

bool has_flag(const TraceSpan& span, CauseKind kind) {
  if (kind == CauseKind::kFault) return span.has(SpanFact::kFault);
  return span.has(SpanFact::kError) || span.has(SpanFact::kThrottle);
}

double share(std::int64_t part_ns, std::int64_t whole_ns) {
  return whole_ns <= 0 ? 0 : static_cast<double>(part_ns) / static_cast<double>(whole_ns);
}

/// Makes a root cause of the spans from the root on down.
class PathWriter {
 public:
  PathWriter(const ServiceTrace& trace, const ServiceNamer& namer) : trace_(trace), namer_(namer) {}

  RootCause write(const std::vector<std::int32_t>& path) const {
    RootCause cause;
    for (const std::int32_t at : path) {
      const TraceSpan& span = trace_.spans[static_cast<std::size_t>(at)];
      if (span.is_entry || cause.services.empty()) {
        cause.services.push_back({namer_.of_entry(span), false, {}});
      }
      cause.services.back().path.push_back(
          {at, coverage(span), span.has(SpanFact::kCall) && !span.is_entry});
    }
    const TraceSpan& last = trace_.spans[static_cast<std::size_t>(path.back())];
    if (last.has(SpanFact::kCall) && !last.is_entry && !last.is_answered) {
      cause.services.push_back(
          {namer_.of_callee(last), true, {{path.back(), coverage(last), false}}});
    }
    return cause;
  }

 private:
  double coverage(const TraceSpan& span) const {
    const TraceSpan& root = trace_.spans[static_cast<std::size_t>(trace_.root)];
    return std::min(1.0, share(span.duration_ns(), root.duration_ns()));
  }

  const ServiceTrace& trace_;
  const ServiceNamer& namer_;
};

/// The ancestors of a span and the span itself, from the outside in.
std::vector<std::int32_t> path_to(const ServiceTrace& trace, std::int32_t span) {
  std::vector<std::int32_t> path;
  for (std::int32_t at = span; at >= 0; at = trace.spans[static_cast<std::size_t>(at)].parent) {
    path.push_back(at);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

std::vector<std::int32_t> deepest_flagged(const ServiceTrace& trace, CauseKind kind) {
  std::vector<bool> has_flagged_child(trace.spans.size());
  for (const TraceSpan& span : trace.spans) {
    if (span.parent >= 0 && has_flag(span, kind)) {
      has_flagged_child[static_cast<std::size_t>(span.parent)] = true;
    }
  }
  std::vector<std::int32_t> deepest;
  for (std::size_t i = 0; i < trace.spans.size(); ++i) {
    if (has_flag(trace.spans[i], kind) && !has_flagged_child[i]) {
      deepest.push_back(static_cast<std::int32_t>(i));
    }
  }
  return deepest;
}

/// The way down that takes most of the time.
std::vector<std::int32_t> slowest_path(const ServiceTrace& trace) {
  std::vector<std::int32_t> slowest_child(trace.spans.size(), -1);
  for (std::size_t i = 0; i < trace.spans.size(); ++i) {
    const TraceSpan& span = trace.spans[i];
    if (span.parent < 0) continue;
    std::int32_t& best = slowest_child[static_cast<std::size_t>(span.parent)];
    if (best < 0 ||
        span.duration_ns() > trace.spans[static_cast<std::size_t>(best)].duration_ns()) {
      best = static_cast<std::int32_t>(i);
    }
  }
  std::vector<std::int32_t> path = {trace.root};
  for (;;) {
    const auto at = static_cast<std::size_t>(path.back());
    const std::int32_t next = slowest_child[at];
    if (next < 0) return path;
    const std::int64_t part_ns = trace.spans[static_cast<std::size_t>(next)].duration_ns();
    if (share(part_ns, trace.spans[at].duration_ns()) < 0.5) return path;
    path.push_back(next);
  }
}

}  // namespace

std::vector<RootCause> find_root_causes(const ServiceTrace& trace, CauseKind kind,
                                        const ServiceNamer& namer) {
  std::vector<RootCause> causes;
  if (trace.root < 0) return causes;
  const PathWriter writer(trace, namer);
  if (kind == CauseKind::kResponseTime) {
    causes.push_back(writer.write(slowest_path(trace)));
    return causes;
  }
  const bool is_impacting = has_flag(trace.spans[static_cast<std::size_t>(trace.root)], kind);
  for (const std::int32_t span : deepest_flagged(trace, kind)) {
    causes.push_back(writer.write(path_to(trace, span)));
    causes.back().is_client_impacting = is_impacting;
  }
  return causes;
}

}  // namespace tracery::query
