// SPDX-License-Identifier: Apache-2.0
#include "app/documents.h"

#include <gtest/gtest.h>

#include "app/starter_board.h"
#include "app/testing_clock.h"

namespace tracery::app {
namespace {

struct DocumentsTest : testing::Test {
  std::unique_ptr<Database> database = *Database::open(":memory:");
  TestingClock clock;
  Documents documents{*database, clock};
};

TEST_F(DocumentsTest, KeepsKindsAndScopesApart) {
  const auto board = *documents.create(DocumentKind::kBoard, "", "{}");
  const auto query = *documents.create(DocumentKind::kQuery, "api", "{}");

  EXPECT_TRUE(*documents.find(DocumentKind::kBoard, board.id));
  EXPECT_FALSE(*documents.find(DocumentKind::kBoard, query.id));
  EXPECT_EQ((*documents.list(DocumentKind::kQuery, "api")).size(), 1u);
  EXPECT_TRUE((*documents.list(DocumentKind::kQuery, "web")).empty());
}

TEST_F(DocumentsTest, UpdatesAndRemovesWhatIsThere) {
  const auto board = *documents.create(DocumentKind::kBoard, "", "{}");
  clock.time_ns += 1;

  const auto changed = *documents.update(DocumentKind::kBoard, board.id, R"({"a":1})");

  EXPECT_EQ(changed.body, R"({"a":1})");
  EXPECT_EQ(changed.updated_ns, board.updated_ns + 1);
  EXPECT_TRUE(documents.remove(DocumentKind::kBoard, board.id).ok());
  EXPECT_EQ(documents.remove(DocumentKind::kBoard, board.id).error().code, ErrorCode::kNotFound);
}

TEST_F(DocumentsTest, TrimsTheOldest) {
  for (int i = 0; i < 5; ++i) {
    clock.time_ns += 1;
    ASSERT_TRUE(documents.create(DocumentKind::kHistory, "", std::to_string(i)).ok());
  }

  ASSERT_TRUE(documents.trim(DocumentKind::kHistory, 2).ok());

  const auto left = *documents.list(DocumentKind::kHistory);
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].body, "3");
}

TEST_F(DocumentsTest, MakesTheStarterBoardOnce) {
  ASSERT_TRUE(create_starter_board(documents).ok());
  ASSERT_TRUE(create_starter_board(documents).ok());

  EXPECT_EQ((*documents.list(DocumentKind::kBoard)).size(), 1u);
  EXPECT_EQ((*documents.list(DocumentKind::kAnnotation)).size(), 5u);
}

}  // namespace
}  // namespace tracery::app
