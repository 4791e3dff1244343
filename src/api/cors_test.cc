// SPDX-License-Identifier: Apache-2.0
#include "api/cors.h"

#include <gtest/gtest.h>

namespace tracery::api {
namespace {

std::string header(const net::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST(Cors, EchoesWhatThePreflightAsksFor) {
  net::Request request;
  request.headers.add("origin", "http://shop.example");
  request.headers.add("access-control-request-headers", "content-type,x-mine");

  const net::Response response = preflight_response(request);

  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "http://shop.example");
  EXPECT_EQ(header(response, "Access-Control-Allow-Headers"), "content-type,x-mine");
  EXPECT_EQ(header(response, "Vary"), "Origin");
}

TEST(Cors, SaysNothingToRequestsWithoutAnOrigin) {
  net::Response response;
  add_cors_headers({}, response);
  EXPECT_TRUE(response.headers.empty());
}

TEST(Cors, OpensIntakePathsOnly) {
  EXPECT_TRUE(is_intake_path("/v1/traces"));
  EXPECT_TRUE(is_intake_path("/1/batch/api"));
  EXPECT_FALSE(is_intake_path("/1/queries/api"));
  EXPECT_FALSE(is_intake_path("/ui/api/v1/keys"));
}

}  // namespace
}  // namespace tracery::api
