// SPDX-License-Identifier: Apache-2.0
#include "api/answers.h"
#include "api/honeycomb_api.h"
#include "api/honeycomb_problems.h"
#include "base/json_writer.h"
#include "protocols/honeycomb/names.h"

namespace tracery::api {
namespace {

net::Response describe_caller(const Call& call) {
  const Caller& caller = call.caller;
  if (!caller.may_send()) return unknown_key_response();
  const bool is_classic = honeycomb::is_classic_key(caller.key);
  const bool manages = caller.may_manage();
  JsonWriter json;
  json.begin_object().field("id", caller.known ? caller.known->id : "local");
  json.field("type", manages ? "configuration" : "ingest");
  json.key("api_key_access").begin_object().field("events", true);
  for (const char* right : {"markers", "triggers", "boards", "queries", "columns", "slos",
                            "recipients", "privateBoards"}) {
    json.field(right, manages);
  }
  // Some clients read one spelling, some the other.
  json.field("createDatasets", true).field("create_datasets", true).end_object();
  json.key("environment").begin_object();
  json.field("name", is_classic ? "" : "Tracery").field("slug", is_classic ? "" : "tracery");
  json.end_object();
  json.key("team").begin_object().field("name", "Tracery").field("slug", "tracery").end_object();
  json.end_object();
  return json_response(200, json.take());
}

}  // namespace

void add_honeycomb_auth_routes(Router& router, Services& services) {
  router.add("GET", "/1/auth", on_worker(services, describe_caller));
}

}  // namespace tracery::api
