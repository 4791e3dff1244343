// SPDX-License-Identifier: Apache-2.0
#include "api/answers.h"
#include "api/honeycomb_api.h"
#include "api/honeycomb_problems.h"
#include "api/query_run.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "protocols/honeycomb/query_spec.h"
#include "protocols/honeycomb/result_encoder.h"

namespace tracery::api {
namespace {

using app::DocumentKind;

Error query_not_found() { return {ErrorCode::kNotFound, "Query not found"}; }

Status check_dataset(Services& services, const std::string& dataset) {
  if (dataset == app::kAllDatasets) return {};
  TRACERY_TRY(services.datasets.find(dataset));
  return {};
}

Result<net::Response> create_query(Services& services, const Call& call) {
  const std::string& dataset = call.parameters.at(0);
  TRACERY_TRY(check_dataset(services, dataset));
  honeycomb::FieldProblem problem;
  const auto decoded =
      honeycomb::decode_query_spec(call.request.body, services.clock.now_ns(), &problem);
  if (!decoded.ok()) {
    if (decoded.error().code != ErrorCode::kInvalid || problem.field.empty()) {
      return decoded.error();
    }
    return problem_response(call.request, decoded.error(), {problem});
  }
  const auto document =
      TRACERY_TRY(services.documents.create(DocumentKind::kQuery, dataset, call.request.body));
  return json_response(200, TRACERY_TRY(honeycomb::echo_query_spec(document.body, document.id)));
}

Result<app::Document> find_query(Services& services, const std::string& id) {
  auto document = TRACERY_TRY(services.documents.find(DocumentKind::kQuery, id));
  if (!document) return query_not_found();
  return *std::move(document);
}

Result<net::Response> get_query(Services& services, const Call& call) {
  const auto document = TRACERY_TRY(find_query(services, call.parameters.at(1)));
  return json_response(200, TRACERY_TRY(honeycomb::echo_query_spec(document.body, document.id)));
}

std::string encode_view(const app::QueryView& view, const std::string& base) {
  const std::string url = base + "/query/" + view.dataset + "?result=" + view.id;
  JsonWriter json;
  json.begin_object().key("query").raw(view.query_json).field("id", view.id);
  json.field("complete", view.state != app::QueryView::State::kRunning);
  if (view.state == app::QueryView::State::kDone) {
    json.key("data").raw(honeycomb::encode_query_result(*view.result, view.spec));
  }
  if (view.error) json.field("error", view.error->message);
  json.key("links").begin_object().field("query_url", url);
  json.field("graph_image_url", url + "&view=graph").end_object();
  return json.end_object().take();
}

Result<net::Response> create_result(Services& services, const Call& call) {
  const std::string& dataset = call.parameters.at(0);
  TRACERY_TRY(check_dataset(services, dataset));
  honeycomb::FieldProblem problem;
  const auto wanted = honeycomb::decode_query_run(call.request.body, &problem);
  if (!wanted.ok()) {
    if (wanted.error().code != ErrorCode::kInvalid || problem.field.empty()) return wanted.error();
    return problem_response(call.request, wanted.error(), {problem});
  }
  std::string query_json = wanted->query_json;
  std::string query_id;
  if (query_json.empty()) {
    const auto document = TRACERY_TRY(find_query(services, wanted->query_id));
    query_json = document.body;
    query_id = document.id;
  }
  query::Spec spec = TRACERY_TRY(prepare_query(services, dataset, query_json));
  honeycomb::apply_query_run(*wanted, spec);
  const std::string echo = TRACERY_TRY(honeycomb::echo_query_spec(query_json, query_id));
  const std::string id = TRACERY_TRY(services.queries.start(std::move(spec), dataset, echo));
  const auto view = services.queries.find(id);
  if (view == nullptr) return query_not_found();
  net::Response response = json_response(201, encode_view(*view, base_url(call.request)));
  response.headers.emplace_back("Location", "/1/query_results/" + dataset + "/" + id);
  return response;
}

Result<net::Response> get_result(Services& services, const Call& call) {
  const auto view = services.queries.find(call.parameters.at(1));
  if (view == nullptr) return Error{ErrorCode::kNotFound, "Query result not found"};
  net::Response response = json_response(200, encode_view(*view, base_url(call.request)));
  if (view->state == app::QueryView::State::kDone) {
    response.headers.emplace_back("Cache-Control", "private, max-age=86400");
    response.headers.emplace_back("Last-Modified", format_http_date(view->finished_ns));
  }
  return response;
}

}  // namespace

void add_honeycomb_query_routes(Router& router, Services& services) {
  router.add("POST", "/1/queries/:dataset",
             managed(services, [&](const Call& call) { return create_query(services, call); }));
  router.add("GET", "/1/queries/:dataset/:id",
             managed(services, [&](const Call& call) { return get_query(services, call); }));
  router.add("POST", "/1/query_results/:dataset",
             managed(services, [&](const Call& call) { return create_result(services, call); }));
  router.add("GET", "/1/query_results/:dataset/:id",
             managed(services, [&](const Call& call) { return get_result(services, call); }));
}

}  // namespace tracery::api
