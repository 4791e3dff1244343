// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/query_run.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/ui_result.h"

namespace tracery::api {
namespace {

net::Response bad_query(const Error& error, const honeycomb::FieldProblem& problem) {
  nlohmann::json body = nlohmann::json::parse(ui_error_json(error));
  if (!problem.field.empty()) {
    body["field"] = problem.field;
    body["message"] = problem.field + " " + problem.description;
  }
  return ui_json(400, body.dump());
}

Result<net::Response> start_query(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const auto found = body.find("query");
  const nlohmann::json query = found == body.end() ? nlohmann::json::object() : *found;
  const std::string dataset = text_member(body, "dataset", std::string(app::kAllDatasets));
  honeycomb::FieldProblem problem;
  auto spec = prepare_query(services, dataset, query.dump(), &problem);
  if (!spec.ok()) return bad_query(spec.error(), problem);
  spec->series = !bool_member(body, "disable_series");
  const std::string id = TRACERY_TRY(services.queries.start(*std::move(spec), dataset, query.dump(),
                                                            /*with_partials=*/true));
  return ui_json(201, JsonWriter().begin_object().field("id", id).end_object().take());
}

/// Sends one state of a query; false when there is nothing more to send.
bool send_state(EventStream& stream, const app::QueryView& view) {
  switch (view.state) {
    case app::QueryView::State::kRunning:
      if (view.result != nullptr) return stream.send("partial", encode_ui_result(view));
      return stream.send("progress", encode_progress(view));
    case app::QueryView::State::kDone: stream.send("done", encode_ui_result(view)); return false;
    case app::QueryView::State::kFailed: stream.send("error", ui_error_json(*view.error)); break;
  }
  return false;
}

void stream_query(Services& services, const std::shared_ptr<Call>& call) {
  if (auto refusal = refuse_ui_call(*call)) {
    call->respond(*std::move(refusal));
    return;
  }
  const std::string id = call->parameters.at(0);
  if (services.queries.find(id) == nullptr) {
    call->respond(ui_error({ErrorCode::kNotFound, "no such query, or no longer"}));
    return;
  }
  call->respond(event_stream_response([&services, id](std::shared_ptr<EventStream> stream) {
    // Also for a query that is done already: what reads the stream may count on it.
    if (const auto view = services.queries.find(id)) {
      stream->send("progress", encode_progress(*view));
    }
    services.queries.watch(
        id, [&services, id, stream](const std::shared_ptr<const app::QueryView>& view) {
          const bool goes_on = send_state(*stream, *view);
          if (view->state != app::QueryView::State::kRunning) {
            stream->close();
          } else if (!goes_on) {
            // Nobody reads any more, so nobody needs the answer.
            services.queries.cancel(id);
          }
        });
  }));
}

}  // namespace

void add_ui_query_routes(Router& router, Services& services) {
  router.add("POST", "/ui/api/v1/query",
             ui_handler(services, [&](const Call& call) { return start_query(services, call); }));
  router.add("GET", "/ui/api/v1/query/:id/stream",
             [&](const std::shared_ptr<Call>& call) { stream_query(services, call); });
  router.add("DELETE", "/ui/api/v1/query/:id",
             ui_handler(services, [&](const Call& call) -> Result<net::Response> {
               services.queries.cancel(call.parameters.at(0));
               return empty_response(204);
             }));
}

}  // namespace tracery::api
