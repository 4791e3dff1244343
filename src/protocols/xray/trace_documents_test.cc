// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/trace_documents.h"

#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocols/xray/decoder.h"

namespace tracery::xray {
namespace {

using model::Event;
using nlohmann::json;

const char* const kTrace = "1-5759e988-bd862e3fe1be46a994272793";
const model::TraceId kId = *model::parse_trace_id(kTrace);

json entity(const std::string& name, const std::string& id, json more = json::object()) {
  json document = {
      {"name", name}, {"id", id}, {"trace_id", kTrace}, {"start_time", 10.0}, {"end_time", 10.5}};
  document.update(more);
  return document;
}

json streamed(const std::string& name, const std::string& id, const std::string& parent) {
  return entity(name, id, {{"type", "subsegment"}, {"parent_id", parent}});
}

/// The events that documents become.
std::vector<Event> store(const std::vector<json>& documents) {
  std::string list;
  for (const json& document : documents) append_document(list, document.dump());
  model::EventList sink;
  EXPECT_TRUE(decode_document_list(list, Validation::kLenient, sink).ok());
  return sink.take();
}

std::vector<json> parse(const TraceDocuments& documents) {
  std::vector<json> parsed;
  for (const SegmentDocument& each : documents.segments) {
    parsed.push_back(json::parse(each.text));
    EXPECT_EQ(parsed.back()["id"], each.id);
  }
  return parsed;
}

TEST(AssembleDocuments, GivesBackWhatWasSent) {
  const json root = entity(
      "shop", "1111111111111111",
      {{"subsegments", {entity("inside", "2222222222222222")}}, {"unknown", {{"kept", true}}}});
  const json other =
      entity("stock", "3333333333333333", {{"parent_id", "2222222222222222"}, {"end_time", 12.25}});

  const TraceDocuments documents = assemble_documents(kId, store({other, root}));

  EXPECT_EQ(documents.duration_seconds, 2.25);
  EXPECT_EQ(parse(documents), (std::vector<json>{root, other}));
}

TEST(AssembleDocuments, JoinsSubsegmentsThatWereSentApart) {
  const json root =
      entity("shop", "1111111111111111", {{"subsegments", {entity("inside", "2222222222222222")}}});

  const auto parsed = parse(assemble_documents(
      kId, store({streamed("deeper", "4444444444444444", "3333333333333333"),
                  streamed("apart", "3333333333333333", "2222222222222222"), root})));

  ASSERT_EQ(parsed.size(), 1u);
  const json& inside = parsed[0]["subsegments"][0];
  const json& apart = inside["subsegments"][0];
  EXPECT_EQ(inside["name"], "inside");
  EXPECT_EQ(apart["name"], "apart");
  EXPECT_EQ(apart["subsegments"][0]["name"], "deeper");
  for (const char* member : {"trace_id", "parent_id", "type"}) {
    EXPECT_FALSE(apart.contains(member)) << member;
  }
}

TEST(AssembleDocuments, KeepsASubsegmentWhoseParentIsNotThere) {
  const json orphan = streamed("orphan", "3333333333333333", "9999999999999999");
  const json below = streamed("below", "4444444444444444", "3333333333333333");

  const auto parsed = parse(assemble_documents(kId, store({below, orphan})));

  ASSERT_EQ(parsed.size(), 1u);
  EXPECT_EQ(parsed[0]["name"], "orphan");
  EXPECT_EQ(parsed[0]["trace_id"], kTrace);
  EXPECT_EQ(parsed[0]["parent_id"], "9999999999999999");
  EXPECT_EQ(parsed[0]["type"], "subsegment");
  EXPECT_EQ(parsed[0]["subsegments"][0]["name"], "below");
}

TEST(AssembleDocuments, EndsWhereSubsegmentsNameEachOther) {
  const auto parsed = parse(
      assemble_documents(kId, store({streamed("a", "3333333333333333", "4444444444444444"),
                                     streamed("b", "4444444444444444", "3333333333333333")})));

  ASSERT_EQ(parsed.size(), 1u);
  EXPECT_EQ(parsed[0]["subsegments"].size(), 1u);
}

TEST(AssembleDocuments, ReplacesWhatWasInProgress) {
  json open = entity("shop", "1111111111111111", {{"in_progress", true}});
  open.erase("end_time");
  const json finished = entity("shop", "1111111111111111", {{"user", "ada"}});

  EXPECT_EQ(parse(assemble_documents(kId, store({open, finished}))), std::vector<json>{finished});
  EXPECT_EQ(parse(assemble_documents(kId, store({finished, open}))), std::vector<json>{finished});
  EXPECT_EQ(parse(assemble_documents(kId, store({open}))), std::vector<json>{open});
}

Event span(const char* id, const char* parent, const char* kind,
           std::vector<model::Field> more = {}) {
  Event event{.dataset = "shop", .time_ns = 10'000'000'000, .fields = {}};
  event.fields = {{"trace.span_id", std::string(id)},
                  {"name", std::string("GET /cart")},
                  {"service.name", std::string("shop")},
                  {"span.kind", std::string(kind)},
                  {"duration_ms", 250.0}};
  if (*parent != 0) event.fields.push_back({"trace.parent_id", std::string(parent)});
  for (auto& field : more) event.fields.push_back(std::move(field));
  return event;
}

TEST(AssembleDocuments, WritesSpansOfOtherProtocolsAsSegments) {
  Event exception{.dataset = "shop", .time_ns = 10'000'000'000, .fields = {}};
  exception.fields = {{"meta.annotation_type", std::string("span_event")},
                      {"name", std::string("exception")},
                      {"trace.parent_id", std::string("2222222222222222")},
                      {"exception.type", std::string("IOError")},
                      {"exception.message", std::string("gone")}};
  const std::vector<Event> events = {
      span("1111111111111111", "", "server",
           {{"http.method", std::string("GET")},
            {"http.host", std::string("shop:80")},
            {"http.target", std::string("/cart?id=1")},
            {"http.status_code", std::int64_t{500}},
            {"app.user_tier", std::string("free")},
            {"host.name", std::string("web-1")}}),
      span("2222222222222222", "1111111111111111", "client",
           {{"server.address", std::string("stock")}, {"error", true}}),
      exception};

  const auto parsed = parse(assemble_documents(kId, events));

  ASSERT_EQ(parsed.size(), 2u);
  EXPECT_EQ(parsed[1]["inferred"], true);
  EXPECT_EQ(parsed[1]["parent_id"], "2222222222222222");
  const json& root = parsed[0];
  EXPECT_EQ(root["name"], "shop");
  EXPECT_EQ(root["trace_id"], kTrace);
  EXPECT_EQ(root["start_time"], 10.0);
  EXPECT_EQ(root["end_time"], 10.25);
  EXPECT_EQ(root["fault"], true);
  EXPECT_EQ(root["http"]["request"]["url"], "http://shop:80/cart?id=1");
  EXPECT_EQ(root["http"]["response"]["status"], 500);
  EXPECT_EQ(root["annotations"], (json{{"app.user_tier", "free"}}));
  EXPECT_EQ(root["metadata"]["default"]["host.name"], "web-1");
  const json& call = root["subsegments"][0];
  EXPECT_EQ(call["name"], "stock");
  EXPECT_EQ(call["namespace"], "remote");
  EXPECT_EQ(call["fault"], true);
  EXPECT_EQ(call["cause"]["exceptions"][0]["type"], "IOError");
}

TEST(AssembleDocuments, JoinsBothWorldsInOneTrace) {
  auto events = store({entity("flask", "1111111111111111",
                              {{"subsegments", {entity("call", "2222222222222222")}}})});
  events.push_back(span("5555555555555555", "2222222222222222", "server"));
  events.push_back(span("6666666666666666", "2222222222222222", "internal"));

  const auto parsed = parse(assemble_documents(kId, events));

  ASSERT_EQ(parsed.size(), 2u);
  EXPECT_EQ(parsed[0]["subsegments"][0]["subsegments"][0]["id"], "6666666666666666");
  EXPECT_EQ(parsed[1]["parent_id"], "2222222222222222");
}

TEST(AssembleDocuments, InfersSegmentsForWhatReportsNothing) {
  const json table = entity("DynamoDB", "2222222222222222",
                            {{"namespace", "aws"},
                             {"fault", true},
                             {"annotations", {{"a", 1}}},
                             {"aws", {{"table_name", "users"}, {"operation", "Query"}}}});
  const json database =
      entity("users@db", "3333333333333333", {{"namespace", "remote"}, {"sql", {{"user", "app"}}}});
  const json answered = entity("stock", "4444444444444444", {{"namespace", "remote"}});
  const json site = entity("example.com", "5555555555555555", {{"namespace", "remote"}});
  const json root =
      entity("shop", "1111111111111111", {{"subsegments", {table, database, answered, site}}});
  const json stock = entity("stock", "6666666666666666", {{"parent_id", "4444444444444444"}});

  const auto documents = assemble_documents(kId, store({root, stock}));
  const auto parsed = parse(documents);

  ASSERT_EQ(parsed.size(), 5u);
  std::map<std::string, json> by_parent;
  for (const json& each : parsed) {
    if (each.value("inferred", false)) by_parent[each["parent_id"]] = each;
  }
  ASSERT_EQ(by_parent.size(), 3u);
  const json& users = by_parent["2222222222222222"];
  EXPECT_EQ(users["name"], "DynamoDB");
  EXPECT_EQ(users["origin"], "AWS::DynamoDB::Table");
  EXPECT_EQ(users["fault"], true);
  EXPECT_EQ(users["aws"], table["aws"]);
  EXPECT_EQ(users["trace_id"], kTrace);
  EXPECT_EQ(users["id"].get<std::string>().size(), 16u);
  EXPECT_FALSE(users.contains("annotations"));
  EXPECT_EQ(by_parent["3333333333333333"]["origin"], "Database::SQL");
  EXPECT_FALSE(by_parent["5555555555555555"].contains("origin"));
  EXPECT_EQ(parse(assemble_documents(kId, store({root, stock}))), parsed);
}

TEST(AssembleDocuments, OfNoEventsAreNone) {
  EXPECT_TRUE(assemble_documents(kId, {}).segments.empty());
}

}  // namespace
}  // namespace tracery::xray
