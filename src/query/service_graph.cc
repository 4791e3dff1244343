// SPDX-License-Identifier: Apache-2.0
#include "query/service_graph.h"

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>

#include "base/hash.h"
#include "query/dense_index.h"

namespace tracery::query {
namespace {

struct TimeWindow {
  std::int64_t from_ns, to_ns;
  bool holds(const TraceSpan& span) const {
    return span.start_ns >= from_ns && span.start_ns < to_ns;
  }
};

Hash128 hash_key(const ServiceKey& key) {
  return {std::uint64_t{key.name} << 32 | key.type, key.account};
}

/// A graph under way, in the numbers of a Symbols table. Used by one thread.
class GraphBuilder {
 public:
  GraphBuilder(TimeWindow window, const ServiceNamer& namer) : window_(window), namer_(namer) {}

  void add(const ServiceTrace& trace) {
    bool counts = false;
    find_last_ends(trace);
    for (std::size_t i = 0; i < trace.spans.size(); ++i) {
      const TraceSpan& span = trace.spans[i];
      if (!window_.holds(span)) continue;
      counts = true;
      if (span.is_entry) {
        ServiceNode& node = node_at(namer_.of_entry(span), ServiceNode::Kind::kService);
        node.is_root |= span.parent < 0;
        add_work(node, span, last_ends_[i]);
      } else if (span.has(SpanFact::kCall) && !span.is_answered && span.entry >= 0) {
        add_work(node_at(namer_.of_callee(span), ServiceNode::Kind::kInferred), span, span.end_ns);
      }
    }
    for_each_call(trace, [&](const ServiceCall& call) { add_call(trace, call); });
    traces_ += counts ? 1 : 0;
  }

  void absorb(const GraphBuilder& other) {
    traces_ += other.traces_;
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t i = 0; i < other.keys_.size(); ++i) {
      const ServiceNode& from = other.nodes_[i];
      const std::uint32_t number = number_of(other.service_keys_[i], from.kind);
      numbers.push_back(number);
      ServiceNode& node = nodes_[number];
      node.is_root |= from.is_root;
      widen(node, from.first_ns, from.last_ns);
      node.statistics.merge(from.statistics);
      node.responses.merge(from.responses);
      node.durations.merge(from.durations);
    }
    for (std::uint32_t i = 0; i < other.edge_keys_.size(); ++i) {
      const std::uint64_t key = other.edge_keys_.key(i);
      const ServiceEdge& from = other.edges_[i];
      ServiceEdge& edge = edge_at(numbers[key >> 32], numbers[key & 0xffffffffU]);
      widen(edge, from.first_ns, from.last_ns);
      edge.statistics.merge(from.statistics);
      edge.responses.merge(from.responses);
      edge.in_between.merge(from.in_between);
      for (const ServiceKey& alias : other.aliases_[i]) add_alias(edge, alias);
    }
  }

  ServiceGraph finish(const Symbols& symbols) {
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      nodes_[i].name = symbols.text(service_keys_[i].name);
      nodes_[i].type = symbols.text(service_keys_[i].type);
      nodes_[i].account = symbols.text(service_keys_[i].account);
    }
    std::vector<std::uint32_t> order(nodes_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto rank = [&](std::uint32_t i) {
      const ServiceNode& node = nodes_[i];
      return std::tie(node.kind, node.name, node.type, node.account);
    };
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return rank(a) < rank(b); });
    std::vector<std::size_t> place(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    ServiceGraph graph;
    graph.traces = traces_;
    for (const std::uint32_t i : order) graph.nodes.push_back(std::move(nodes_[i]));
    for (std::uint32_t i = 0; i < edge_keys_.size(); ++i) {
      const std::uint64_t key = edge_keys_.key(i);
      edges_[i].to = place[key & 0xffffffffU];
      for (const ServiceKey& alias : aliases_[i]) {
        edges_[i].aliases.push_back({symbols.text(alias.name), symbols.text(alias.type)});
      }
      std::sort(edges_[i].aliases.begin(), edges_[i].aliases.end(),
                [](const auto& a, const auto& b) { return a.name < b.name; });
      graph.nodes[place[key >> 32]].edges.push_back(std::move(edges_[i]));
    }
    for (ServiceNode& node : graph.nodes) {
      std::sort(node.edges.begin(), node.edges.end(),
                [](const ServiceEdge& a, const ServiceEdge& b) { return a.to < b.to; });
    }
    return graph;
  }

 private:
  template <typename Part>
  static void widen(Part& part, std::int64_t first_ns, std::int64_t last_ns) {
    const bool is_new = part.first_ns == 0 && part.last_ns == 0;
    part.first_ns = is_new ? first_ns : std::min(part.first_ns, first_ns);
    part.last_ns = is_new ? last_ns : std::max(part.last_ns, last_ns);
  }

  std::uint32_t number_of(const ServiceKey& key, ServiceNode::Kind kind) {
    const std::uint32_t number = keys_.find_or_add(hash_key(key));
    if (number == nodes_.size()) {
      nodes_.emplace_back().kind = kind;
      service_keys_.push_back(key);
    }
    if (kind == ServiceNode::Kind::kService) nodes_[number].kind = kind;
    return number;
  }
  ServiceNode& node_at(const ServiceKey& key, ServiceNode::Kind kind) {
    return nodes_[number_of(key, kind)];
  }
  ServiceEdge& edge_at(std::uint32_t from, std::uint32_t to) {
    const std::uint32_t number = edge_keys_.find_or_add(std::uint64_t{from} << 32 | to);
    if (number == edges_.size()) {
      edges_.emplace_back();
      aliases_.emplace_back();
    }
    return edges_[number];
  }

  /// When the last work of each entry ended.
  void find_last_ends(const ServiceTrace& trace) {
    last_ends_.assign(trace.spans.size(), 0);
    for (const TraceSpan& span : trace.spans) {
      if (span.entry < 0) continue;
      std::int64_t& last = last_ends_[static_cast<std::size_t>(span.entry)];
      last = std::max(last, span.end_ns);
    }
  }

  static void add_work(ServiceNode& node, const TraceSpan& span, std::int64_t last_end_ns) {
    widen(node, span.start_ns, span.end_ns);
    if (span.has(SpanFact::kUnfinished)) return;
    node.statistics.add(span);
    node.responses.add(span.duration_ns(), span.weight);
    node.durations.add(last_end_ns - span.start_ns, span.weight);
  }

  void add_call(const ServiceTrace& trace, const ServiceCall& call) {
    const TraceSpan& seen = trace.spans[static_cast<std::size_t>(call.seen_by)];
    if (!window_.holds(seen)) return;
    const auto from_kind = call.from < 0 ? ServiceNode::Kind::kClient : ServiceNode::Kind::kService;
    const auto to_kind =
        call.is_inferred ? ServiceNode::Kind::kInferred : ServiceNode::Kind::kService;
    const std::uint32_t from = number_of(namer_.from(trace, call), from_kind);
    const std::uint32_t to = number_of(namer_.to(trace, call), to_kind);
    if (call.from < 0) widen(nodes_[from], seen.start_ns, seen.end_ns);
    ServiceEdge& edge = edge_at(from, to);
    widen(edge, seen.start_ns, seen.end_ns);
    if (seen.has(SpanFact::kUnfinished)) return;
    edge.statistics.add(seen);
    edge.responses.add(seen.duration_ns(), seen.weight);
    if (call.seen_by == call.to) return;
    const ServiceKey alias = namer_.of_callee(seen);
    if (alias.name != namer_.to(trace, call).name) add_alias(edge, alias);
    const TraceSpan& answer = trace.spans[static_cast<std::size_t>(call.to)];
    if (answer.has(SpanFact::kUnfinished)) return;
    edge.in_between.add(seen.duration_ns() - answer.duration_ns(), seen.weight);
  }

  void add_alias(const ServiceEdge& edge, const ServiceKey& alias) {
    constexpr std::size_t kAliasesMax = 16;
    auto& known = aliases_[static_cast<std::size_t>(&edge - edges_.data())];
    if (known.size() >= kAliasesMax || alias.name == 0) return;
    if (std::find(known.begin(), known.end(), alias) == known.end()) known.push_back(alias);
  }

  TimeWindow window_;
  ServiceNamer namer_;
  DenseIndex<Hash128> keys_;
  std::vector<ServiceKey> service_keys_;
  std::vector<ServiceNode> nodes_;
  DenseIndex<std::uint64_t> edge_keys_;  ///< from << 32 | to
  std::vector<ServiceEdge> edges_;
  std::vector<std::vector<ServiceKey>> aliases_;  ///< By edge.
  std::vector<std::int64_t> last_ends_;
  std::uint64_t traces_ = 0;
};

/// Series of one thread.
class SeriesBuilder {
 public:
  SeriesBuilder(const ServiceSeriesSpec& spec, std::optional<TraceMatcher> entity)
      : spec_(spec), entity_(std::move(entity)) {}

  void add(const ServiceTrace& trace) {
    const bool is_node = spec_.entity && spec_.entity->kind == TraceCondition::Kind::kService;
    if (is_node) {
      for (std::size_t i = 0; i < trace.spans.size(); ++i) {
        if (entity_->matches_work(trace, static_cast<std::int32_t>(i))) add_span(trace.spans[i]);
      }
      return;
    }
    for_each_call(trace, [&](const ServiceCall& call) {
      const bool is_it = entity_ ? entity_->matches_call(trace, call) : call.from < 0;
      if (is_it) add_span(trace.spans[static_cast<std::size_t>(call.seen_by)]);
    });
  }

  void absorb(const SeriesBuilder& other) {
    for (const auto& [time_ns, from] : other.points_) {
      ServiceSeries::Point& point = points_[time_ns];
      point.statistics.merge(from.statistics);
      point.responses.merge(from.responses);
    }
    for (const auto& [number, from] : other.operations_) {
      ServiceSeries::Operation& operation = operations_[number];
      operation.statistics.merge(from.statistics);
      operation.responses.merge(from.responses);
    }
  }

  ServiceSeries finish(const Symbols& symbols) {
    ServiceSeries series;
    for (auto& [time_ns, point] : points_) {
      point.time_ns = time_ns;
      series.points.push_back(std::move(point));
    }
    for (auto& [number, operation] : operations_) {
      operation.name = symbols.text(number);
      series.operations.push_back(std::move(operation));
    }
    std::sort(series.operations.begin(), series.operations.end(), [](const auto& a, const auto& b) {
      return a.statistics.total() != b.statistics.total()
                 ? a.statistics.total() > b.statistics.total()
                 : a.name < b.name;
    });
    return series;
  }

 private:
  void add_span(const TraceSpan& span) {
    const bool counts = span.start_ns >= spec_.graph.from_ns && span.start_ns < spec_.graph.to_ns;
    if (!counts || span.has(SpanFact::kUnfinished)) return;
    const std::int64_t time_ns = span.start_ns - span.start_ns % spec_.bucket_ns;
    ServiceSeries::Point& point = points_[time_ns];
    point.statistics.add(span);
    point.responses.add(span.duration_ns(), span.weight);
    if (!spec_.operations) return;
    ServiceSeries::Operation& operation = operations_[span.label(SpanLabel::kOperation)];
    operation.statistics.add(span);
    operation.responses.add(span.duration_ns(), span.weight);
  }

  const ServiceSeriesSpec& spec_;
  std::optional<TraceMatcher> entity_;
  std::map<std::int64_t, ServiceSeries::Point> points_;
  std::map<std::uint32_t, ServiceSeries::Operation> operations_;
};

/// Scans with one builder per thread, and gives all of them to the first.
template <typename Builder>
Status scan_into(const store::Snapshot& snapshot, const ServiceGraphSpec& spec,
                 const TraceScanSpec& scan, Symbols& symbols, std::vector<Builder>& builders,
                 const RunOptions& options) {
  std::vector<std::optional<TraceMatcher>> matchers(builders.size());
  std::vector<VisitTrace> visitors;
  for (std::size_t i = 0; i < builders.size(); ++i) {
    if (spec.condition) matchers[i].emplace(*spec.condition, *spec.rules, symbols);
    visitors.emplace_back([&builder = builders[i], &matcher = matchers[i]](ServiceTrace& trace) {
      if (!matcher || matcher->matches(trace)) builder.add(trace);
    });
  }
  TRACERY_TRY(scan_traces(snapshot, scan, symbols, visitors, options));
  for (std::size_t i = 1; i < builders.size(); ++i) builders[0].absorb(builders[i]);
  return {};
}

Result<TraceScanSpec> scan_of(const ServiceGraphSpec& spec) {
  TraceScanSpec scan;
  scan.rules = spec.rules;
  scan.from_ns = spec.from_ns;
  scan.to_ns = spec.to_ns;
  scan.only = spec.only;
  scan.labels = labels_for(spec.condition);
  if (spec.condition) scan.tests = TRACERY_TRY(tests_of(*spec.condition));
  return scan;
}

}  // namespace

void CallStatistics::add(const TraceSpan& span) {
  if (span.has(SpanFact::kFault)) {
    faults += span.weight;
  } else if (span.has(SpanFact::kThrottle)) {
    throttles += span.weight;
  } else if (span.has(SpanFact::kError)) {
    other_errors += span.weight;
  } else {
    ok += span.weight;
  }
  total_ns += span.duration_ns() * span.weight;
}

void CallStatistics::merge(const CallStatistics& other) {
  ok += other.ok;
  throttles += other.throttles;
  other_errors += other.other_errors;
  faults += other.faults;
  total_ns += other.total_ns;
}

Result<ServiceGraph> make_service_graph(const store::Snapshot& snapshot,
                                        const ServiceGraphSpec& spec, const RunOptions& options) {
  const TraceScanSpec scan = TRACERY_TRY(scan_of(spec));
  Symbols symbols;
  const ServiceNamer namer(*spec.rules, symbols);
  std::vector<GraphBuilder> builders(std::max(1U, options.threads),
                                     GraphBuilder(TimeWindow{spec.from_ns, spec.to_ns}, namer));
  TRACERY_TRY(scan_into(snapshot, spec, scan, symbols, builders, options));
  return builders[0].finish(symbols);
}

Result<ServiceSeries> make_service_series(const store::Snapshot& snapshot,
                                          const ServiceSeriesSpec& spec,
                                          const RunOptions& options) {
  TraceScanSpec scan = TRACERY_TRY(scan_of(spec.graph));
  if (spec.operations) scan.labels |= 1U << static_cast<unsigned>(SpanLabel::kOperation);
  const std::size_t first_test = scan.tests.size();
  if (spec.entity) {
    TraceCondition both;
    both.kind = TraceCondition::Kind::kAll;
    if (spec.graph.condition) both.operands.push_back(*spec.graph.condition);
    both.operands.push_back(*spec.entity);
    scan.tests = TRACERY_TRY(tests_of(both));
  }
  Symbols symbols;
  std::vector<SeriesBuilder> builders;
  for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
    std::optional<TraceMatcher> entity;
    if (spec.entity) entity.emplace(*spec.entity, *spec.graph.rules, symbols, first_test);
    builders.emplace_back(spec, std::move(entity));
  }
  TRACERY_TRY(scan_into(snapshot, spec.graph, scan, symbols, builders, options));
  return builders[0].finish(symbols);
}

}  // namespace tracery::query
