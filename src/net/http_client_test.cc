// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <gtest/gtest.h>

#include "net/http_server.h"

namespace tracery::net {
namespace {

Response fail(const Request&, const HttpFailure& failure) { return {.status = failure.status}; }

std::string base_of(const HttpServer& server) { return "http://" + server.addresses()[0]; }

TEST(HttpClient, SendsAndReceives) {
  auto server = HttpServer::start(
      {.addresses = {"127.0.0.1:0"}},
      [](Request request, Respond respond) {
        respond({.status = 201,
                 .body = request.method + request.path + request.body +
                         std::string(request.headers.get("x-key"))});
      },
      fail);
  ASSERT_TRUE(server.ok());
  HttpClient client;

  for (int i = 0; i < 2; ++i) {
    const auto answer = client.send({.method = "POST",
                                     .url = base_of(**server) + "/p",
                                     .headers = {{"X-Key", "k"}},
                                     .body = "{}"});

    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->body, "POST/p{}k");
  }
}

TEST(HttpClient, StreamsUntilToldToStop) {
  auto server = HttpServer::start(
      {.addresses = {"127.0.0.1:0"}},
      [](Request, Respond respond) {
        Response response{.body = "first"};
        response.stream = [](const std::shared_ptr<BodyStream>& stream) {
          stream->write("second");
        };
        respond(std::move(response));
      },
      fail);
  ASSERT_TRUE(server.ok());
  std::string seen;

  const auto answer = HttpClient().stream({.url = base_of(**server)}, [&](std::string_view piece) {
    seen += piece;
    return seen != "firstsecond";
  });

  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(seen, "firstsecond");
}

TEST(HttpClient, AnswersErrorsOfStreamsWhole) {
  auto server = HttpServer::start(
      {.addresses = {"127.0.0.1:0"}},
      [](Request, Respond respond) { respond({.status = 404, .body = "no such query"}); }, fail);
  ASSERT_TRUE(server.ok());

  const auto answer =
      HttpClient().stream({.url = base_of(**server)}, [](std::string_view) { return true; });

  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, "no such query");
}

TEST(HttpClient, SaysWhenNobodyListens) {
  const auto answer = HttpClient().send({.url = "http://127.0.0.1:1/"});

  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace tracery::net
