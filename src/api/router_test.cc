// SPDX-License-Identifier: Apache-2.0
#include "api/router.h"

#include <gtest/gtest.h>

namespace tracery::api {
namespace {

TEST(Router, FindsByMethodAndPatternAndDecodesParameters) {
  Router router;
  router.add("GET", "/1/boards/:id", [](const std::shared_ptr<Call>&) {});

  const auto match = router.find("GET", "/1/boards/a%20b/");

  ASSERT_NE(match.handler, nullptr);
  EXPECT_EQ(match.parameters, std::vector<std::string>{"a b"});
  EXPECT_NE(router.find("HEAD", "/1/boards/x").handler, nullptr);
  EXPECT_EQ(router.find("GET", "/1/boards").handler, nullptr);
}

TEST(Router, NamesTheMethodsAPathHas) {
  Router router;
  router.add("POST", "/v1/traces", [](const std::shared_ptr<Call>&) {});

  const auto match = router.find("GET", "/v1/traces");

  EXPECT_EQ(match.handler, nullptr);
  EXPECT_EQ(match.allowed, std::vector<std::string>{"POST"});
}

}  // namespace
}  // namespace tracery::api
