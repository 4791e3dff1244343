// SPDX-License-Identifier: Apache-2.0
#include "net/http_text.h"

#include <gtest/gtest.h>

namespace tracery::net {
namespace {

TEST(AppendResponseHead, StatesTheLength) {
  const Response response{.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "no"};
  std::string out;

  append_response_head(response, {}, out);

  EXPECT_EQ(out,
            "HTTP/1.1 404 Not Found\r\nServer: tracery\r\nContent-Type: text/plain\r\n"
            "Content-Length: 2\r\n\r\n");
}

TEST(AppendResponseHead, LetsNoValueAddAField) {
  const Response response{.status = 200, .headers = {{"Location", "/a\r\nSet-Cookie: x"}}};
  std::string out;

  append_response_head(response, {}, out);

  EXPECT_EQ(out.find("\r\nSet-Cookie"), std::string::npos);
}

TEST(AppendResponseHead, GivesNoLengthToABodylessStatus) {
  std::string out;

  append_response_head(Response{.status = 204}, {}, out);

  EXPECT_EQ(out.find("Content-Length"), std::string::npos);
}

TEST(SplitTarget, ReadsOriginAndAbsoluteForm) {
  Request request;

  ASSERT_TRUE(split_target("/a%20b?x=1&y=?", request));
  EXPECT_EQ(request.path, "/a%20b");
  EXPECT_EQ(request.query, "x=1&y=?");
  ASSERT_TRUE(split_target("http://host:1/p?q", request));
  EXPECT_EQ(request.path, "/p");
  EXPECT_EQ(request.query, "q");
  ASSERT_TRUE(split_target("http://host", request));
  EXPECT_EQ(request.path, "/");
  EXPECT_FALSE(split_target("host:443", request));
}

}  // namespace
}  // namespace tracery::net
