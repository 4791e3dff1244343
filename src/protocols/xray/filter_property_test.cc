// SPDX-License-Identifier: Apache-2.0
// Filter expressions on the engine against an evaluator that looks at one assembled trace after
// another: every form of the guide and random ones, over random traces in random layouts.
#include <map>
#include <mutex>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "base/hex.h"
#include "protocols/xray/filter_compiler.h"
#include "protocols/xray/span_rules.h"
#include "protocols/xray/testing/filter_oracle.h"
#include "query/testing/memory_source.h"
#include "query/trace_scan.h"

namespace tracery::xray {
namespace {

using Random = std::mt19937_64;
using Traces = std::map<std::string, std::vector<model::Event>>;

constexpr std::int64_t kStart = 1'700'000'000 * kNsPerSecond;

std::size_t pick(Random& random, std::size_t below) { return random() % below; }
bool chance(Random& random, unsigned percent) { return random() % 100 < percent; }

std::string hex_id(std::uint64_t number, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; number != 0; number /= 16) {
    text[--i] = "0123456789abcdef"[number % 16];
  }
  return text;
}

const std::string& one_of(Random& random, const std::vector<std::string>& words) {
  return words[pick(random, words.size())];
}

void put(model::Event& event, const std::string& name, model::Value value) {
  event.fields.push_back({name, std::move(value)});
}

void put_flags(Random& random, model::Event& event) {
  bool failed = false;
  for (const char* flag : {"aws.xray.error", "aws.xray.fault", "aws.xray.throttle"}) {
    if (!chance(random, 20)) continue;
    put(event, flag, true);
    failed = true;
  }
  if (failed) put(event, "error", true);
  if (failed && chance(random, 60)) {
    put(event, "exception.type", one_of(random, {"ValueError", "KeyError"}));
    put(event, "exception.message", std::string("no x here"));
  }
}

void put_facts(Random& random, model::Event& event, bool is_xray) {
  const std::string prefix = is_xray ? "annotation." : "";
  if (chance(random, 30)) put(event, prefix + "age", static_cast<std::int64_t>(pick(random, 60)));
  if (chance(random, 20)) put(event, prefix + "foo", one_of(random, {"bar", "29", "true"}));
  if (chance(random, 10)) put(event, prefix + "flag", chance(random, 50));
  if (chance(random, 15)) put(event, "enduser.id", one_of(random, {"alice", "bob", ""}));
  if (chance(random, 40)) {
    const bool is_old = is_xray || chance(random, 50);
    put(event, is_old ? "http.url" : "url.full", one_of(random, {"http://a/v2/x", "http://b/v1"}));
    put(event, is_old ? "http.method" : "http.request.method", one_of(random, {"GET", "POST"}));
    const auto status =
        static_cast<std::int64_t>(std::vector<int>{200, 201, 404, 429, 500, 503}[pick(random, 6)]);
    put(event, is_old ? "http.status_code" : "http.response.status_code", status);
  }
  if (chance(random, 15)) put(event, "cloud.account.id", one_of(random, {"123", "456"}));
}

model::Event xray_event(Random& random, std::uint64_t parent_kind) {
  model::Event event;
  const bool is_segment = parent_kind == 0 || chance(random, 35);
  put(event, "aws.xray.entity", std::string(is_segment ? "segment" : "subsegment"));
  const std::string name = one_of(random, {"a", "b", "frontend"});
  put(event, "name", name);
  if (is_segment) {
    put(event, "service.name", name);
    put(event, "span.kind", std::string("server"));
    if (chance(random, 40)) put(event, "aws.xray.origin", std::string("AWS::Lambda::Function"));
  } else if (chance(random, 60)) {
    put(event, "span.kind", std::string("client"));
    put(event, "aws.xray.node.name", one_of(random, {"a", "table", "f"}));
    put(event, "aws.xray.node.type", one_of(random, {"remote", "AWS::DynamoDB::Table"}));
  } else {
    put(event, "span.kind", std::string("internal"));
  }
  put_flags(random, event);
  if (chance(random, 10)) put(event, "aws.xray.in_progress", true);
  put(event, "meta.source", std::string("xray"));
  return event;
}

model::Event otel_event(Random& random) {
  model::Event event;
  put(event, "name", one_of(random, {"GET /x", "work"}));
  put(event, "service.name", one_of(random, {"a", "b", "frontend"}));
  put(event, "span.kind", one_of(random, {"server", "client", "internal", "producer"}));
  if (chance(random, 20)) put(event, "error", true);
  if (chance(random, 30)) put(event, "peer.service", one_of(random, {"f", "table"}));
  put(event, "meta.source", std::string("otlp"));
  return event;
}

std::vector<model::Event> random_trace(Random& random, const std::string& trace_id) {
  std::vector<model::Event> events;
  const std::size_t count = 1 + pick(random, 7);
  const std::int64_t start_ns =
      kStart + static_cast<std::int64_t>(pick(random, 100)) * kNsPerSecond;
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_xray = chance(random, 60);
    const std::uint64_t parent = i == 0 || chance(random, 10) ? 0 : 1 + pick(random, i);
    model::Event event = is_xray ? xray_event(random, parent) : otel_event(random);
    event.dataset = "data";
    event.time_ns = start_ns + static_cast<std::int64_t>(pick(random, 4000)) * kNsPerMs;
    put(event, "trace.trace_id", trace_id);
    put(event, "trace.span_id", hex_id(i + 1, 16));
    if (parent != 0) put(event, "trace.parent_id", hex_id(parent, 16));
    if (parent == 0 && chance(random, 20)) put(event, "trace.parent_id", hex_id(0xdead, 16));
    if (!model::find_field(event, "aws.xray.in_progress")) {
      put(event, "duration_ms", static_cast<double>(pick(random, 10)) * 1000.0);
    }
    put(event, "meta.signal_type", std::string("trace"));
    put_facts(random, event, is_xray);
    events.push_back(std::move(event));
  }
  return events;
}

Traces random_traces(Random& random, std::size_t count) {
  Traces traces;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string id = hex_id(0xabc0'0000'0000 + i, 32);
    traces[id] = random_trace(random, id);
  }
  return traces;
}

const std::vector<std::string>& atoms() {
  static const std::vector<std::string> kAtoms = {
      "ok",
      "error",
      "fault",
      "throttle",
      "partial",
      "fault = false",
      "ok != true",
      "responsetime > 5",
      "responsetime = 3",
      "duration >= 5 AND duration <= 8",
      "http.status = 200",
      "http.status != 200",
      "http.status >= 404",
      "http.status",
      "http.url",
      R"(http.url BEGINSWITH "http://a/")",
      R"(http.url CONTAINS "/v2/")",
      R"(http.url != "http://b/v1")",
      "http.method = GET",
      "user",
      R"(user CONTAINS "")",
      R"(user = "alice")",
      R"(user != "alice")",
      "annotation.age",
      "annotation.age > 29",
      "annotation.age != 29",
      R"(annotation.foo = "bar")",
      R"(annotation.foo = "29")",
      "annotation.flag",
      "annotation.flag = true",
      R"(annotation[foo] CONTAINS "r")",
      R"(account.id = "123")",
      R"(service("a"))",
      "service() { fault }",
      R"(service("frontend") { fault = true OR responsetime > 2.5 })",
      R"(service(id(name: "a", type: "AWS::Lambda::Function")) { error })",
      R"(service(id(type: "client")))",
      R"(service(id(account.id: "123")))",
      "service() { root http.status = 500 }",
      "service() { inferred fault }",
      R"(service() { name CONTAINS "front" AND !ok })",
      R"(service("table") { duration < 4 })",
      R"(service() { type = "remote" })",
      R"(edge("a","b") { error })",
      R"(edge(,"table"))",
      R"(edge("a",) { responsetime > 3 })",
      R"(edge(id(name:"a", type:"client"), "a") { fault })",
      R"(edge(,) { http.status >= 500 })",
      "name = a",
      "type BEGINSWITH AWS",
      "rootcause.responsetime.entity { last and coverage > 0.8 }",
      "rootcause.responsetime.service { index > 0 }",
      "rootcause.fault.service { index > 1 }",
      "rootcause.fault.entity { remote }",
      "rootcause.error.service { inferred and last }",
      R"(rootcause.fault.exception { name = "ValueError" })",
      R"(rootcause.error.exception { message CONTAINS "x" and first })",
      R"(rootcause.fault.entity { name = a AND !first })",
      R"(rootcause.json = #[{"Services":[{"Name":"a"},{"Name":"b"}]}])",
      R"(rootcause.json = #[{"Services":[{"Name":"a","EntityPath":[{"Name":"a"}]}]}])"};
  return kAtoms;
}

/// Values are compared with literals of their own kind only.
const std::vector<std::string>& mismatches() {
  static const std::vector<std::string> kMismatches = {
      "annotation.foo = 29",       "annotation.foo != 29",  R"(annotation.age = "29")",
      R"(annotation.age != "29")", "annotation.foo = true", R"(annotation.flag = "true")"};
  return kMismatches;
}

std::string random_expression(Random& random, unsigned depth) {
  if (depth == 0 || chance(random, 30)) return one_of(random, atoms());
  switch (pick(random, 4)) {
    case 0: return "!(" + random_expression(random, depth - 1) + ")";
    case 1:
      return "(" + random_expression(random, depth - 1) + ") OR " +
             random_expression(random, depth - 1);
    case 2:
      return "(" + random_expression(random, depth - 1) + ") (" +
             random_expression(random, depth - 1) + ")";
    default:
      return "(" + random_expression(random, depth - 1) + ") AND (" +
             random_expression(random, depth - 1) + ")";
  }
}

std::set<std::string> select_by_engine(const store::Snapshot& snapshot,
                                       const query::TraceCondition& condition) {
  query::TraceScanSpec spec;
  spec.rules = &span_rules();
  spec.tests = *query::tests_of(condition);
  query::Symbols symbols;
  std::mutex mutex;
  std::set<std::string> selected;
  std::vector<query::VisitTrace> visitors;
  std::vector<query::TraceMatcher> matchers;
  for (int i = 0; i < 2; ++i) matchers.emplace_back(condition, span_rules(), symbols);
  for (query::TraceMatcher& matcher : matchers) {
    visitors.emplace_back([&](query::ServiceTrace& trace) {
      if (!matcher.matches(trace)) return;
      const std::lock_guard lock(mutex);
      selected.insert(to_hex(trace.id.bytes));
    });
  }
  const Status status = query::scan_traces(snapshot, spec, symbols, visitors);
  EXPECT_TRUE(status.ok());
  return selected;
}

std::set<std::string> select_by_oracle(const Traces& traces, const FilterExpression& expression) {
  std::set<std::string> selected;
  for (const auto& [id, events] : traces) {
    if (FilterOracle(events).matches(expression)) selected.insert(id);
  }
  return selected;
}

/// Which expressions selected something, and which left something out.
struct Seen {
  std::set<std::string> some, not_all;
};

void check(Seen& seen, const Traces& traces, const store::Snapshot& snapshot,
           const std::string& text) {
  const auto expression = parse_filter(text);
  ASSERT_TRUE(expression.ok()) << text << ": " << expression.error().message;
  const auto condition = compile_filter(*expression, {});
  ASSERT_TRUE(condition.ok()) << text;
  const auto expected = select_by_oracle(traces, *expression);

  if (!expected.empty()) seen.some.insert(text);
  if (expected.size() < traces.size()) seen.not_all.insert(text);

  EXPECT_EQ(select_by_engine(snapshot, *condition), expected) << text;

  const auto needed = query::necessary_test(*condition, span_rules());
  if (!needed) return;
  const auto hits = query::find_hits(snapshot, *needed, kStart, kStart + 200 * kNsPerSecond);
  ASSERT_TRUE(hits.ok());
  std::set<std::string> hit;
  for (const query::TraceHit& each : *hits) hit.insert(to_hex(each.id.bytes));
  for (const std::string& id : expected) EXPECT_TRUE(hit.contains(id)) << text << " " << id;
}

TEST(FilterProperty, SelectsWhatTheSlowEvaluatorSelects) {
  Seen seen;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Random random(seed);
    const Traces traces = random_traces(random, 120);
    std::vector<model::Event> events;
    for (const auto& [id, trace] : traces) events.insert(events.end(), trace.begin(), trace.end());
    const query::MemoryLayout layout{static_cast<std::uint32_t>(16 + pick(random, 200)),
                                     1 + pick(random, 3),
                                     chance(random, 50),
                                     true,
                                     chance(random, 50),
                                     seed};
    const store::Snapshot snapshot = query::make_memory_snapshot(events, layout);

    for (const std::string& text : atoms()) check(seen, traces, snapshot, text);
    for (const std::string& text : mismatches()) check(seen, traces, snapshot, text);
    for (int i = 0; i < 60; ++i) check(seen, traces, snapshot, random_expression(random, 3));
    if (HasFailure()) return;
  }
  for (const std::string& text : mismatches()) {
    EXPECT_FALSE(seen.some.contains(text)) << "selects something: " << text;
  }
  for (const std::string& text : atoms()) {
    EXPECT_TRUE(seen.some.contains(text)) << "selects nothing: " << text;
    EXPECT_TRUE(seen.not_all.contains(text)) << "selects everything: " << text;
  }
}

}  // namespace
}  // namespace tracery::xray
