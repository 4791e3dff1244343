// SPDX-License-Identifier: Apache-2.0
#include "tracery/app/httplib.h"

#include <cstdlib>
#include <map>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "http_sink.h"
#include "tracery/app.h"

namespace tracery::app {
namespace {

using nlohmann::json;

TEST(TracedHttplib, MakesServerSpansWithRoutes) {
  test::HttpSink sink;
  setenv("OTEL_EXPORTER_OTLP_ENDPOINT", sink.url().c_str(), 1);
  setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", 1);
  setenv("OTEL_METRICS_EXPORTER", "none", 1);
  {
    Guard guard = init();
    ::httplib::Server server;
    httplib::get(
        server, R"(/users/(\w+))",
        [](const ::httplib::Request&, ::httplib::Response& response) {
          TRACERY_SPAN(span, "inside");
          response.set_content("hi", "text/plain");
        },
        "/users/{name}");
    httplib::get(server, "/boom", [](const ::httplib::Request&, ::httplib::Response&) {
      throw std::runtime_error("boom");
    });
    const int port = server.bind_to_any_port("127.0.0.1");
    std::thread serving([&] { server.listen_after_bind(); });
    ::httplib::Client client("127.0.0.1", port);
    const auto good = client.Get("/users/worf");
    const auto bad = client.Get("/boom");
    server.stop();
    serving.join();
    ASSERT_TRUE(good && bad);
    EXPECT_TRUE(good->has_header("traceresponse"));
    EXPECT_EQ(bad->status, 500);
  }

  const json document = json::parse(sink.wait_for(1)[0].body);
  std::map<std::string, json> spans;
  for (const json& scope : document["resourceSpans"][0]["scopeSpans"]) {
    for (const json& span : scope["spans"]) spans[span["name"]] = span;
  }
  EXPECT_EQ(spans.size(), 3u);
  EXPECT_EQ(spans["inside"]["parentSpanId"], spans["GET /users/{name}"]["spanId"]);
  EXPECT_EQ(spans["GET /boom"]["status"]["code"], 2);
  for (const char* name :
       {"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_METRICS_EXPORTER"}) {
    unsetenv(name);
  }
}

}  // namespace
}  // namespace tracery::app
