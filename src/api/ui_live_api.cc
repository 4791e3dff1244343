// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "api/ui_answers.h"
#include "api/ui_api.h"

namespace tracery::api {
namespace {

std::uint64_t events_ever(Services& services) {
  std::uint64_t events = 0;
  const auto catalogue = services.store.snapshot()->catalogue;
  for (const auto& [name, dataset] : catalogue->datasets) events += dataset.rows;
  return events;
}

std::string encode_arrival(const app::Arrival& arrival) {
  JsonWriter json;
  json.begin_object().field("dataset", arrival.dataset).field("service", arrival.dataset);
  json.field("signal", arrival.signal).field("source", arrival.source);
  json.field("count", arrival.count).key("trace_id");
  if (arrival.trace_id.empty()) {
    json.null();
  } else {
    json.value(arrival.trace_id);
  }
  return json.field("time_ns", ns_text(arrival.time_ns)).end_object().take();
}

void follow(Services& services, const std::shared_ptr<EventStream>& stream) {
  JsonWriter hello;
  hello.begin_object().field("events_ever", events_ever(services));
  hello.field("now_ms", to_ms(services.clock.now_ns())).end_object();
  stream->send("hello", hello.text());
  services.feed.subscribe([stream](const app::Arrival* arrival) {
    return arrival == nullptr ? stream->comment("alive")
                              : stream->send("arrived", encode_arrival(*arrival));
  });
}

}  // namespace

void add_ui_live_routes(Router& router, Services& services) {
  router.add("GET", "/ui/api/v1/live", [&](const std::shared_ptr<Call>& call) {
    if (auto refusal = refuse_ui_call(*call)) {
      call->respond(*std::move(refusal));
      return;
    }
    call->respond(event_stream_response(
        [&services](const std::shared_ptr<EventStream>& stream) { follow(services, stream); }));
  });
}

}  // namespace tracery::api
