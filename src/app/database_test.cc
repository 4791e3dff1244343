// SPDX-License-Identifier: Apache-2.0
#include "app/database.h"

#include <gtest/gtest.h>

namespace tracery::app {
namespace {

TEST(Database, KeepsEveryKindOfValue) {
  auto database = *Database::open(":memory:");
  const auto rows =
      *database->run("SELECT ?1, ?2, ?3, ?4", {std::int64_t{7}, 1.5, std::string("a\0b", 3), {}});

  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0], (Database::Row{std::int64_t{7}, 1.5, std::string("a\0b", 3), {}}));
}

TEST(Database, UndoesATransactionThatFails) {
  auto database = *Database::open(":memory:");
  const auto insert = [&](const std::string& slug) {
    return database->run("INSERT INTO dataset(slug, name, created_ns) VALUES(?, ?, 1)",
                         {slug, slug});
  };

  const Status status = database->in_transaction([&]() -> Status {
    TRACERY_TRY(insert("a"));
    TRACERY_TRY(insert("a"));
    return {};
  });

  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kConflict);
  EXPECT_TRUE((*database->run("SELECT slug FROM dataset")).empty());
}

TEST(Database, RefusesAFileThatIsNone) {
  const auto file = std::filesystem::temp_directory_path() / "tracery_not_a_database";
  FILE* out = std::fopen(file.c_str(), "w");
  std::fputs(std::string(4096, 'x').c_str(), out);
  std::fclose(out);

  const auto database = Database::open(file);

  ASSERT_FALSE(database.ok());
  EXPECT_EQ(database.error().code, ErrorCode::kCorrupt);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace tracery::app
