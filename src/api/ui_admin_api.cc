// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/logs_put.h"
#include "api/test_event.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/url.h"
#include "api/xray_services.h"
#include "app/logs.h"
#include "store/key_explosion.h"

namespace tracery::api {
namespace {

using app::Document;
using app::DocumentKind;
using nlohmann::json;

constexpr std::size_t kHistoryMax = 1000;

json describe_key(const app::ApiKey& key) {
  return {{"id", key.id},
          {"name", key.name},
          {"type", std::string(to_string(key.kind))},
          {"prefix", key.id.substr(0, 10)},
          {"created_ms", to_ms(key.created_ns)},
          {"last_used_ms", key.last_used_ns ? json(to_ms(*key.last_used_ns)) : json()},
          {"revoked", key.revoked_ns.has_value()}};
}

Result<net::Response> list_keys(Services& services) {
  json keys = json::array();
  for (const app::ApiKey& key : TRACERY_TRY(services.keys.list())) {
    if (!key.revoked_ns) keys.push_back(describe_key(key));
  }
  return ui_json(200, json{{"keys", keys}}.dump());
}

Result<net::Response> create_key(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const auto kind = app::parse_key_kind(text_member(body, "type", "ingest"));
  if (!kind) return Error{ErrorCode::kInvalid, "type must be ingest or configuration"};
  const std::string name = text_member(body, "name", "unnamed");
  if (name.empty() || name.size() > 200) {
    return Error{ErrorCode::kInvalid, "name must have 1 to 200 characters"};
  }
  const auto created = TRACERY_TRY(services.keys.create(name, *kind));
  json answer = describe_key(created.key);
  answer["key"] = created.secret;
  answer["aws_access_key_id"] = created.key.id;
  answer["aws_secret_access_key"] = TRACERY_TRY(services.keys.aws_secret(created.key.id));
  return ui_json(201, answer.dump());
}

json describe_run(const Document& document) {
  json run = json::parse(document.body);
  run["id"] = document.id;
  run["at_ms"] = to_ms(document.updated_ns);
  return run;
}

Result<net::Response> list_history(Services& services, const Call& call) {
  const QueryParameters parameters(call.request.query);
  const std::string wanted = parameters.get("q");
  const auto limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(parameters.get_int("limit").value_or(200), 1, kHistoryMax));
  auto runs = TRACERY_TRY(services.documents.list(DocumentKind::kHistory));
  std::reverse(runs.begin(), runs.end());
  json history = json::array();
  for (const Document& run : runs) {
    const bool is_wanted = run.body.find(wanted) != std::string::npos;
    if (is_wanted && history.size() < limit) history.push_back(describe_run(run));
  }
  return ui_json(200, json{{"history", history}}.dump());
}

Result<net::Response> add_history(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const auto query = body.find("query");
  if (query == body.end() || !query->is_object()) {
    return Error{ErrorCode::kInvalid, "query must be an object"};
  }
  const json run = {{"dataset", text_member(body, "dataset", std::string(app::kAllDatasets))},
                    {"query", *query},
                    {"elapsed_ms", body.value("elapsed_ms", json(0))},
                    {"rows_matched", int_member(body, "rows_matched")}};
  const auto runs = TRACERY_TRY(services.documents.list(DocumentKind::kHistory));
  const json newest = runs.empty() ? json::object() : json::parse(runs.back().body);
  const bool is_repeat =
      !runs.empty() && newest["query"] == run["query"] && newest["dataset"] == run["dataset"];
  const auto stored = TRACERY_TRY(
      is_repeat ? services.documents.update(DocumentKind::kHistory, runs.back().id, run.dump())
                : services.documents.create(DocumentKind::kHistory, "", run.dump()));
  TRACERY_TRY(services.documents.trim(DocumentKind::kHistory, kHistoryMax));
  return ui_json(201, json{{"id", stored.id}}.dump());
}

Result<net::Response> list_saved(Services& services) {
  std::vector<json> saved;
  for (const Document& each : TRACERY_TRY(services.documents.list(DocumentKind::kAnnotation))) {
    const json annotation = json::parse(each.body);
    const std::string query_id = text_member(annotation, "query_id");
    const auto query = TRACERY_TRY(services.documents.find(DocumentKind::kQuery, query_id));
    if (!query || text_member(annotation, "source") == "board") continue;
    saved.push_back({{"id", each.id},
                     {"name", text_member(annotation, "name")},
                     {"description", text_member(annotation, "description")},
                     {"dataset", each.scope},
                     {"query_id", query_id},
                     {"query", json::parse(query->body)},
                     {"updated_ms", to_ms(each.updated_ns)}});
  }
  std::stable_sort(saved.begin(), saved.end(),
                   [](const json& a, const json& b) { return a["name"] < b["name"]; });
  return ui_json(200, json{{"saved", saved}}.dump());
}

json describe_key_explosions(const store::Catalogue& catalogue) {
  json list = json::array();
  for (const store::KeyExplosion& family : store::find_key_explosions(catalogue)) {
    list.push_back({{"dataset", family.dataset},
                    {"pattern", family.pattern},
                    {"columns", family.columns},
                    {"example", family.example}});
  }
  return list;
}

Result<net::Response> get_status(Services& services) {
  const ServerFacts& facts = services.facts;
  const store::StoreStats stats = services.store.stats();
  const bool is_listening = services.is_listening.load(std::memory_order_acquire);
  const auto bound = [&](const std::vector<std::string>& addresses) {
    return is_listening ? json(addresses) : json::array();
  };
  const json status = {
      {"version", facts.version},
      {"started_ms", to_ms(facts.started_ns)},
      {"now_ms", to_ms(services.clock.now_ns())},
      {"http", bound(facts.http)},
      {"grpc", bound(facts.grpc)},
      {"xray", bound(facts.xray)},
      {"open", facts.is_open},
      {"aws_region", facts.aws_region},
      {"aws_account_id", facts.aws_account_id},
      {"retention_days", facts.retention_days},
      {"events", stats.part_rows + stats.head_rows},
      {"disk_bytes", stats.part_bytes},
      {"values_overflowed", stats.values_overflowed},
      {"key_explosions", describe_key_explosions(*services.store.snapshot()->catalogue)}};
  return ui_json(200, status.dump());
}

std::string wanted_source(const Call& call) {
  const auto body = parse_object(call.request.body);
  return body.ok() ? text_member(*body, "source") : "";
}

using TestSent = std::function<void(const Status&)>;

/// One kind of sample and how it comes in.
struct TestSender {
  TestEvent (*make)(std::int64_t now_ns);
  const char* path;
  void (*send)(Services& services, const TestEvent& sample, TestSent done);
};

/// What answers with whatever it stored, of which only whether it did matters.
template <typename Answer>
auto told(TestSent done) {
  return [done = std::move(done)](const Result<Answer>& answer) {
    done(answer.ok() ? Status() : Status(answer.error()));
  };
}

void send_test_logs(Services& services, const TestEvent& sample, TestSent done) {
  // Both may be there from the last time.
  const Status group = services.logs->groups->create("tracery-test", {});
  if (group.ok() || group.error().code == ErrorCode::kConflict) {
    const Status stream = services.logs->groups->create_stream("tracery-test", "test");
    if (!stream.ok() && stream.error().code != ErrorCode::kConflict) return done(stream);
    accept_log_events(services, sample.request.body, told<cwlogs::PutOutcome>(std::move(done)));
    return;
  }
  done(group);
}

TestSender sender_of(const Services& services, const std::string& source) {
  if (source == "xray" && services.xray != nullptr) {
    return {make_xray_test_event, "/TraceSegments",
            [](Services& to, const TestEvent& sample, TestSent done) {
              to.xray->intake.accept(sample.request.body, Compression::kIdentity,
                                     told<app::IngestAnswer>(std::move(done)));
            }};
  }
  if (source == "cloudwatch" && services.logs != nullptr) {
    return {make_log_test_event, "/", send_test_logs};
  }
  return {make_test_event, "/v1/traces", [](Services& to, const TestEvent& sample, TestSent done) {
            to.ingest.accept(sample.request, told<app::IngestAnswer>(std::move(done)));
          }};
}

void send_test(Services& services, const std::shared_ptr<Call>& call) {
  if (auto refusal = refuse_ui_call(*call)) {
    call->respond(*std::move(refusal));
    return;
  }
  const TestSender sender = sender_of(services, wanted_source(*call));
  const TestEvent sample = sender.make(services.clock.now_ns());
  const std::string url = base_url(call->request) + sender.path;
  sender.send(services, sample, [call, url, trace_id = sample.trace_id](const Status& sent) {
    if (!sent.ok()) {
      call->respond(ui_error(sent.error()));
      return;
    }
    const json answer = {
        {"trace_id", trace_id}, {"dataset", "tracery-test"}, {"url", url}, {"status", 200}};
    call->respond(ui_json(200, answer.dump()));
  });
}

}  // namespace

void add_ui_admin_routes(Router& router, Services& services) {
  router.add("GET", "/ui/api/v1/keys",
             ui_handler(services, [&](const Call&) { return list_keys(services); }));
  router.add("POST", "/ui/api/v1/keys",
             ui_handler(services, [&](const Call& call) { return create_key(services, call); }));
  router.add("DELETE", "/ui/api/v1/keys/:id",
             ui_handler(services, [&](const Call& call) -> Result<net::Response> {
               TRACERY_TRY(services.keys.revoke(call.parameters.at(0)));
               return empty_response(204);
             }));
  router.add("GET", "/ui/api/v1/history",
             ui_handler(services, [&](const Call& call) { return list_history(services, call); }));
  router.add("POST", "/ui/api/v1/history",
             ui_handler(services, [&](const Call& call) { return add_history(services, call); }));
  router.add("GET", "/ui/api/v1/saved",
             ui_handler(services, [&](const Call&) { return list_saved(services); }));
  router.add("GET", "/ui/api/v1/status",
             ui_handler(services, [&](const Call&) { return get_status(services); }));
  router.add("POST", "/ui/api/v1/send-test",
             [&](const std::shared_ptr<Call>& call) { send_test(services, call); });
}

}  // namespace tracery::api
