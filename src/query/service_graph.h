// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "query/latency_histogram.h"
#include "query/trace_match.h"
#include "query/trace_scan.h"

namespace tracery::query {

/// What became of requests. Each counts once: as a fault, else as an error, else as ok.
struct CallStatistics {
  std::uint64_t ok = 0;
  std::uint64_t throttles = 0;     ///< Errors because of too many requests.
  std::uint64_t other_errors = 0;  ///< All other errors.
  std::uint64_t faults = 0;
  std::int64_t total_ns = 0;

  std::uint64_t errors() const { return throttles + other_errors; }
  std::uint64_t total() const { return ok + errors() + faults; }
  void add(const TraceSpan& span);
  void merge(const CallStatistics& other);
};

/// Another name that a caller has for the service it calls.
struct ServiceAlias {
  std::string name, type;
};

struct ServiceEdge {
  std::size_t to = 0;  ///< Index into ServiceGraph::nodes.
  std::int64_t first_ns = 0, last_ns = 0;
  CallStatistics statistics;    ///< As the caller saw it.
  LatencyHistogram responses;   ///< As the caller saw it.
  LatencyHistogram in_between;  ///< What the caller waited longer than the called service took.
  std::vector<ServiceAlias> aliases;
};

struct ServiceNode {
  /// kInferred: known by its callers alone. kClient: whoever calls from outside.
  enum class Kind : std::uint8_t { kService, kInferred, kClient };

  std::string name, type, account;
  Kind kind = Kind::kService;
  bool is_root = false;  ///< Called from outside, or by nobody.
  std::int64_t first_ns = 0, last_ns = 0;
  CallStatistics statistics;   ///< Nothing for clients.
  LatencyHistogram responses;  ///< Until the service answered.
  LatencyHistogram durations;  ///< Until the last of its work was done.
  std::vector<ServiceEdge> edges;
};

/// Services that call each other. Nodes by kind, name, type and account; edges by target.
struct ServiceGraph {
  std::vector<ServiceNode> nodes;
  std::uint64_t traces = 0;  ///< That it is made of.
};

struct ServiceGraphSpec {
  const SpanRules* rules = nullptr;
  /// Half open; spans that start in it count.
  std::int64_t from_ns = 0, to_ns = 0;
  std::optional<TraceCondition> condition;  ///< Only traces that meet it.
  const TraceIdSet* only = nullptr;         ///< Only these traces.
};

/// One graph over all spans that start within the range, whatever protocol brought them.
/// kCancelled, kInvalid (a condition with too many tests), or what reading a source gives.
Result<ServiceGraph> make_service_graph(const store::Snapshot& snapshot,
                                        const ServiceGraphSpec& spec,
                                        const RunOptions& options = {});

/// What happened at one node or on one edge, by time.
struct ServiceSeries {
  struct Point {
    std::int64_t time_ns = 0;  ///< Start of the bucket, a multiple of its width.
    CallStatistics statistics;
    LatencyHistogram responses;
  };
  std::vector<Point> points;  ///< Those with requests, by time.

  struct Operation {
    std::string name;
    CallStatistics statistics;
    LatencyHistogram responses;
  };
  std::vector<Operation> operations;  ///< Most frequent first; of nodes only.
};

struct ServiceSeriesSpec {
  ServiceGraphSpec graph;
  std::int64_t bucket_ns = 0;
  /// Which node's or edge's: kService or kCall. Not given: all calls from clients.
  std::optional<TraceCondition> entity;
  bool operations = false;
};

/// Errors as for the graph.
Result<ServiceSeries> make_service_series(const store::Snapshot& snapshot,
                                          const ServiceSeriesSpec& spec,
                                          const RunOptions& options = {});

}  // namespace tracery::query
