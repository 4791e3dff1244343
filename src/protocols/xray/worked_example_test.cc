// SPDX-License-Identifier: Apache-2.0
// The service graph of the developer guide's example, from documents to statistics.
#include <gtest/gtest.h>

#include "base/json_writer.h"
#include "protocols/xray/decoder.h"
#include "protocols/xray/span_rules.h"
#include "query/service_graph.h"
#include "query/testing/memory_source.h"

namespace tracery::xray {
namespace {

using query::ServiceNode;

constexpr std::int64_t kStart = 1'479'000'000 * kNsPerSecond;

/// Documents as an application would send them.
class Documents {
 public:
  void add(const std::string& document) { documents_.push_back(document); }

  store::Snapshot snapshot(const query::MemoryLayout& layout = {}) const {
    JsonWriter json;
    json.begin_object().key("TraceSegmentDocuments").begin_array();
    for (const std::string& document : documents_) json.value(document);
    json.end_array().end_object();
    model::EventList events;
    const auto outcome = decode_put_segments(json.text(), Validation::kStrict, events);
    EXPECT_TRUE(outcome.ok() && outcome->unprocessed.empty());
    return query::make_memory_snapshot(events.take(), layout);
  }

 private:
  std::vector<std::string> documents_;
};

std::string root_segment(int number, const std::string& seconds, const std::string& more) {
  const std::string n = std::to_string(number);
  return R"({"trace_id":"1-58280d00-00000000000000000000000)" + n + R"(","id":"000000000000000)" +
         n + R"(","name":"scorekeep","origin":"AWS::EC2::Instance","start_time":1479000001,)" +
         R"("end_time":1479000001.)" + seconds + more + "}";
}

std::string call(int number, const std::string& id, const std::string& name,
                 const std::string& seconds, const std::string& aws) {
  return R"({"id":"00000000000000)" + id + std::to_string(number) + R"(","name":")" + name +
         R"(","namespace":"aws","start_time":1479000001,"end_time":1479000001.)" + seconds +
         R"(,"aws":)" + aws + "}";
}

Documents worked_example() {
  const auto calls = [](int number, const std::string& table_s, const std::string& sns_s) {
    return R"(,"subsegments":[)" +
           call(number, "a", "DynamoDB", table_s,
                R"({"operation":"UpdateItem","table_name":"scorekeep-user"})") +
           "," + call(number, "b", "SNS", sns_s, R"({"operation":"Publish"})") + "]";
  };
  Documents documents;
  documents.add(root_segment(1, "005", ""));
  documents.add(root_segment(2, "015", R"(,"error":true)"));
  documents.add(root_segment(3, "157", calls(3, "076", "049")));
  documents.add(root_segment(4, "096", calls(4, "044", "076")));
  return documents;
}

query::ServiceGraph graph_of(const store::Snapshot& snapshot) {
  query::ServiceGraphSpec spec;
  spec.rules = &span_rules();
  spec.from_ns = kStart;
  spec.to_ns = kStart + 600 * kNsPerSecond;
  auto graph = query::make_service_graph(snapshot, spec);
  EXPECT_TRUE(graph.ok());
  return *std::move(graph);
}

const ServiceNode& node_of(const query::ServiceGraph& graph, const std::string& name,
                           const std::string& type) {
  for (const ServiceNode& node : graph.nodes) {
    if (node.name == name && node.type == type) return node;
  }
  ADD_FAILURE() << "no node " << name << " of type " << type;
  return graph.nodes.front();
}

std::string histogram_text(const query::LatencyHistogram& histogram) {
  std::string text;
  for (const auto& [value_ms, count] : histogram.entries()) {
    text += std::to_string(value_ms) + "x" + std::to_string(count) + " ";
  }
  return text;
}

TEST(WorkedExample, HasTheFourNodesOfTheGuideWithItsFigures) {
  const query::ServiceGraph graph = graph_of(worked_example().snapshot());

  ASSERT_EQ(graph.nodes.size(), 4u);
  EXPECT_EQ(graph.traces, 4u);
  const ServiceNode& service = node_of(graph, "scorekeep", "AWS::EC2::Instance");
  EXPECT_TRUE(service.is_root);
  EXPECT_EQ(service.statistics.total(), 4u);
  EXPECT_EQ(service.statistics.ok, 3u);
  EXPECT_EQ(service.statistics.other_errors, 1u);
  EXPECT_EQ(service.statistics.faults, 0u);
  EXPECT_NEAR(static_cast<double>(service.statistics.total_ns), 0.273e9, 2000);
  EXPECT_EQ(histogram_text(service.responses), "5x1 15x1 96x1 157x1 ");
  const ServiceNode& client = node_of(graph, "scorekeep", "client");
  EXPECT_EQ(client.kind, ServiceNode::Kind::kClient);
  ASSERT_EQ(client.edges.size(), 1u);
  EXPECT_EQ(&graph.nodes[client.edges[0].to], &service);
  EXPECT_EQ(client.edges[0].statistics.total(), 4u);
  EXPECT_EQ(client.edges[0].statistics.errors(), 1u);
  EXPECT_EQ(histogram_text(client.edges[0].responses), "5x1 15x1 96x1 157x1 ");
  const ServiceNode& table = node_of(graph, "scorekeep-user", "AWS::DynamoDB::Table");
  EXPECT_EQ(table.kind, ServiceNode::Kind::kInferred);
  EXPECT_EQ(table.statistics.total(), 2u);
  EXPECT_NEAR(static_cast<double>(table.statistics.total_ns), 0.120e9, 2000);
  EXPECT_EQ(histogram_text(table.responses), "44x1 76x1 ");
  const ServiceNode& topic = node_of(graph, "SNS", "AWS::SNS");
  EXPECT_NEAR(static_cast<double>(topic.statistics.total_ns), 0.125e9, 2000);
  EXPECT_EQ(histogram_text(topic.responses), "49x1 76x1 ");
  EXPECT_EQ(service.edges.size(), 2u);
}

TEST(WorkedExample, IsTheSameHoweverItsRowsLie) {
  const query::ServiceGraph whole = graph_of(worked_example().snapshot());
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const query::MemoryLayout layout{3, 1 + seed % 3, true, true, true, seed};

    const query::ServiceGraph graph = graph_of(worked_example().snapshot(layout));

    ASSERT_EQ(graph.nodes.size(), whole.nodes.size());
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      EXPECT_EQ(graph.nodes[i].name, whole.nodes[i].name);
      EXPECT_EQ(graph.nodes[i].statistics.total_ns, whole.nodes[i].statistics.total_ns);
      EXPECT_EQ(graph.nodes[i].edges.size(), whole.nodes[i].edges.size());
      EXPECT_EQ(graph.nodes[i].is_root, whole.nodes[i].is_root);
    }
  }
}

TEST(ServiceGraph, PutsTheCalledServiceInPlaceOfTheInferredOne) {
  Documents documents;
  documents.add(R"({"trace_id":"1-58280d00-000000000000000000000001","id":"0000000000000001",)"
                R"("name":"front","start_time":1479000001,"end_time":1479000002,"subsegments":[)"
                R"({"id":"0000000000000002","name":"back","namespace":"remote",)"
                R"("start_time":1479000001.1,"end_time":1479000001.6,"fault":true}]})");
  documents.add(R"({"trace_id":"1-58280d00-000000000000000000000001","id":"0000000000000003",)"
                R"("parent_id":"0000000000000002","name":"back","start_time":1479000001.2,)"
                R"("end_time":1479000001.5,"fault":true})");

  const query::ServiceGraph graph = graph_of(documents.snapshot());

  ASSERT_EQ(graph.nodes.size(), 3u);
  const ServiceNode& front = node_of(graph, "front", "");
  const ServiceNode& back = node_of(graph, "back", "");
  EXPECT_FALSE(back.is_root);
  EXPECT_EQ(back.statistics.faults, 1u);
  EXPECT_EQ(histogram_text(back.responses), "300x1 ");
  ASSERT_EQ(front.edges.size(), 1u);
  EXPECT_EQ(histogram_text(front.edges[0].responses), "500x1 ");
  EXPECT_EQ(histogram_text(front.edges[0].in_between), "200x1 ");
}

TEST(ServiceGraph, TakesTheFinishedOfTwoReportsAndGivesServicesToPartsSentApart) {
  const std::string head =
      R"({"trace_id":"1-58280d00-000000000000000000000001","id":"0000000000000001",)"
      R"("name":"app","start_time":1479000001,)";
  Documents documents;
  documents.add(head + R"("in_progress":true})");
  documents.add(R"({"trace_id":"1-58280d00-000000000000000000000001","id":"0000000000000002",)"
                R"("parent_id":"0000000000000001","type":"subsegment","name":"db@host",)"
                R"("namespace":"remote","sql":{"url":"postgresql://host/db"},)"
                R"("start_time":1479000001.1,"end_time":1479000001.2})");
  documents.add(head + R"("end_time":1479000001.4})");

  const query::ServiceGraph graph = graph_of(documents.snapshot());

  ASSERT_EQ(graph.nodes.size(), 3u);
  const ServiceNode& app = node_of(graph, "app", "");
  EXPECT_EQ(app.statistics.total(), 1u);
  ASSERT_EQ(app.edges.size(), 1u);
  EXPECT_EQ(graph.nodes[app.edges[0].to].type, "Database::SQL");
}

TEST(LatencyHistogram, RoundsAsTheGraphDoesAndFindsQuantiles) {
  query::LatencyHistogram histogram;
  for (const std::int64_t us : {15'499, 15'500, 999'499, 1'004'999, 1'005'000, 12'345'678}) {
    histogram.add(us * kNsPerUs);
  }

  EXPECT_EQ(histogram_text(histogram), "15x1 16x1 999x1 1000x1 1010x1 12300x1 ");
  EXPECT_NEAR(histogram.quantile_ms(0), 15.4, 0.01);
  EXPECT_NEAR(histogram.quantile_ms(1), 12'350, 1);
}

TEST(LatencyHistogram, IsTheSameHoweverItsPartsAreGathered) {
  query::LatencyHistogram whole;
  query::LatencyHistogram merged;
  for (std::int64_t part = 0; part < 4; ++part) {
    query::LatencyHistogram own;
    // More than are held back, and as many that are not.
    for (std::int64_t i = 0; i < 700; ++i) {
      const std::int64_t duration_ns = (i * 37 % 900 + part) * kNsPerMs;
      const std::uint64_t weight = i % 5 == 0 ? 3 : 1;
      own.add(duration_ns, weight);
      whole.add(duration_ns, weight);
    }
    merged.merge(own);
  }
  EXPECT_EQ(whole.count(), 4u * (560 + 140 * 3));
  EXPECT_EQ(merged.count(), whole.count());
  EXPECT_EQ(histogram_text(merged), histogram_text(whole));
  EXPECT_EQ(merged.quantile_ms(0.9), whole.quantile_ms(0.9));
  std::uint64_t counted = 0;
  for (const auto& entry : whole.entries()) counted += entry.count;
  EXPECT_EQ(counted, whole.count());
}

}  // namespace
}  // namespace tracery::xray
