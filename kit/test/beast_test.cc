// SPDX-License-Identifier: Apache-2.0
#include "tracery/app/beast.h"

#include <cstdlib>
#include <stdexcept>

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "http/url.h"
#include "http_sink.h"
#include "tracery/app.h"
#include "tracery/app/curl.h"

namespace tracery::app::beast {
namespace {

using nlohmann::json;

Response serve(const Router& router, std::string method, std::string target) {
  Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  Response response;
  router.serve(request, response);
  return response;
}

TEST(Router, PrefersPlainTextToParametersWhateverTheOrder) {
  Router router;
  router.get("/api/activities/{uuid}", [](auto& q, auto& r) { r.text("id " + q.param("uuid")); });
  router.get("/api/activities/@{handle}",
             [](auto& q, auto& r) { r.text("@" + q.param("handle")); });
  router.get("/api/activities/home", [](auto&, auto& r) { r.text("home"); });
  router.get("/static/{path...}", [](auto& q, auto& r) { r.text(q.param("path")); });

  EXPECT_EQ(serve(router, "GET", "/api/activities/home?x=1").body, "home");
  EXPECT_EQ(serve(router, "GET", "/api/activities/@andrew%20b").body, "@andrew b");
  EXPECT_EQ(serve(router, "GET", "/api/activities/12").body, "id 12");
  EXPECT_EQ(serve(router, "GET", "/static/js/app.js").body, "js/app.js");
}

TEST(Router, AnswersWhatItDoesNotKnow) {
  Router router;
  router.get("/a", [](auto&, auto& r) { r.text("a"); });

  EXPECT_EQ(serve(router, "GET", "/b").status, 404);
  EXPECT_EQ(serve(router, "POST", "/a").status, 405);
  EXPECT_EQ(serve(router, "HEAD", "/a").status, 200);
}

TEST(Router, RunsItsHooksAroundTheHandler) {
  Router router;
  router.get("/boom", [](auto&, auto&) { throw std::runtime_error("x"); });
  router.before([](Request& request, Response& response) {
    if (request.method != "OPTIONS") return false;
    response.status = 204;
    return true;
  });
  router.after([](Request&, Response& response) { response.set("X-After", "1"); });

  EXPECT_EQ(serve(router, "OPTIONS", "/anything").status, 204);
  const Response failed = serve(router, "GET", "/boom");
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(http::find_header(failed.headers, "x-after"), "1");
}

TEST(RedactUrl, HidesPasswordsAndSignatures) {
  EXPECT_EQ(http::redact_url("https://me:pw@h.io:1/p?sig=x&a=1#f"),
            "https://REDACTED:REDACTED@h.io:1/p?sig=REDACTED&a=1#f");
  EXPECT_EQ(http::redact_url("http://h/p"), "http://h/p");
}

TEST(MatchesWildcard, IsGreedyAndIgnoresCase) {
  EXPECT_TRUE(http::matches_wildcard("*4567-*.Gitpod.io*", "4567-x.y.gitpod.io"));
  EXPECT_TRUE(http::matches_wildcard("a?c*", "aBcd"));
  EXPECT_FALSE(http::matches_wildcard("a*b", "ac"));
}

/// Traces of a server and of a client that calls it, both in this process.
class TracedServer : public testing::Test {
 protected:
  void SetUp() override {
    setenv("OTEL_EXPORTER_OTLP_ENDPOINT", sink_.url().c_str(), 1);
    setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", 1);
    setenv("OTEL_METRICS_EXPORTER", "none", 1);
  }
  void TearDown() override {
    for (const char* name : {"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL",
                             "OTEL_METRICS_EXPORTER", "OTEL_CPP_EXCLUDED_URLS"}) {
      unsetenv(name);
    }
  }

  /// Serves one request and gives the spans by their kind: 2 server, 3 client.
  std::map<int, json> trace_of(const std::string& target, Handler handler, long* status) {
    {
      Guard guard = init({.service = "shop"});
      Router router;
      router.get("/api/activities/@{handle}", std::move(handler));
      Server server(std::move(router));
      const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + target;
      CURL* client = curl_easy_init();
      curl_easy_setopt(client, CURLOPT_URL, url.c_str());
      curl_easy_setopt(
          client, CURLOPT_WRITEFUNCTION,
          +[](char*, std::size_t size, std::size_t count, void*) { return size * count; });
      EXPECT_EQ(curl::perform(client), CURLE_OK);
      curl_easy_getinfo(client, CURLINFO_RESPONSE_CODE, status);
      curl_easy_cleanup(client);
      server.stop();
    }
    std::map<int, json> spans;
    for (const test::Received& request : sink_.wait_for(1)) {
      const json document = json::parse(request.body);
      for (const json& scope : document["resourceSpans"][0]["scopeSpans"]) {
        for (const json& span : scope["spans"]) spans[span["kind"]] = span;
      }
    }
    return spans;
  }

  static std::map<std::string, json> attributes(const json& span) {
    std::map<std::string, json> all;
    for (const json& field : span["attributes"]) all[field["key"]] = field["value"];
    return all;
  }

  test::HttpSink sink_;
};

TEST_F(TracedServer, FollowsTheConventionsOnBothSides) {
  long status = 0;
  auto spans = trace_of(
      "/api/activities/@worf?x=1&sig=secret",
      [](Request&, Response& response) { response.json("{}"); }, &status);

  EXPECT_EQ(status, 200);
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[2]["parentSpanId"], spans[3]["spanId"]);
  EXPECT_EQ(spans[2]["name"], "GET /api/activities/@{handle}");
  EXPECT_EQ(spans[3]["name"], "GET");
  auto server = attributes(spans[2]);
  EXPECT_EQ(server["http.request.method"]["stringValue"], "GET");
  EXPECT_EQ(server["http.route"]["stringValue"], "/api/activities/@{handle}");
  EXPECT_EQ(server["url.path"]["stringValue"], "/api/activities/@worf");
  EXPECT_EQ(server["url.query"]["stringValue"], "x=1&sig=REDACTED");
  EXPECT_EQ(server["url.scheme"]["stringValue"], "http");
  EXPECT_EQ(server["server.address"]["stringValue"], "127.0.0.1");
  EXPECT_EQ(server["http.response.status_code"]["intValue"], "200");
  EXPECT_EQ(server["network.protocol.version"]["stringValue"], "1.1");
  EXPECT_EQ(server["client.address"]["stringValue"], "127.0.0.1");
  auto client = attributes(spans[3]);
  EXPECT_EQ(client["http.response.status_code"]["intValue"], "200");
  EXPECT_EQ(client["server.port"], server["server.port"]);
}

TEST_F(TracedServer, TurnsAnEscapedExceptionIntoAFailedSpan) {
  long status = 0;
  auto spans = trace_of(
      "/api/activities/@worf", [](Request&, Response&) { throw std::logic_error("no honor"); },
      &status);

  EXPECT_EQ(status, 500);
  EXPECT_EQ(spans[2]["status"]["code"], 2);
  EXPECT_EQ(spans[2]["events"][0]["name"], "exception");
  EXPECT_EQ(attributes(spans[3])["error.type"]["stringValue"], "500");
}

TEST_F(TracedServer, LeavesExcludedPathsAlone) {
  setenv("OTEL_CPP_EXCLUDED_URLS", "/api/*", 1);
  long status = 0;
  const auto spans = trace_of(
      "/api/activities/@worf", [](Request&, Response& response) { response.json("{}"); }, &status);

  EXPECT_EQ(spans.count(2), 0u);
  EXPECT_EQ(spans.count(3), 1u);
}

}  // namespace
}  // namespace tracery::app::beast
