// SPDX-License-Identifier: Apache-2.0
#include "app/datasets.h"

#include <gtest/gtest.h>

#include "app/testing_clock.h"

namespace tracery::app {
namespace {

struct DatasetsTest : testing::Test {
  DatasetsTest() { publish(); }

  void publish() {
    auto snapshot = std::make_shared<store::Snapshot>();
    snapshot->catalogue = std::make_shared<store::Catalogue>(stored);
    current = snapshot;
  }

  /// Makes events of a dataset appear in the store.
  void store_events(const std::string& name, std::int64_t written_ns) {
    store::DatasetInfo& info = stored.datasets[name];
    info.rows += 10;
    info.first_written_ns = info.first_written_ns == 0 ? written_ns : info.first_written_ns;
    info.last_written_ns = written_ns;
    info.columns["duration_ms"].types = 1 << static_cast<int>(store::StreamType::kDouble);
    publish();
  }

  std::unique_ptr<Database> database = *Database::open(":memory:");
  TestingClock clock;
  store::Catalogue stored;
  std::shared_ptr<const store::Snapshot> current;
  Datasets datasets{*database, clock, [this] { return current; },
                    [this](const std::vector<std::string>& names) -> Status {
                      for (const std::string& name : names) stored.datasets.erase(name);
                      publish();
                      return {};
                    }};
};

TEST_F(DatasetsTest, ShowsWhatWasStoredUnderItsFirstSpelling) {
  store_events("My Service", 5);

  const auto found = *datasets.find("my-service");

  EXPECT_EQ(found.name, "My Service");
  EXPECT_EQ(found.events, 10u);
  EXPECT_EQ(datasets.stored_names("MY SERVICE"), std::vector<std::string>{"My Service"});
  EXPECT_EQ(datasets.stored_names("unknown"), std::vector<std::string>{"unknown"});
  EXPECT_EQ((*datasets.columns("my-service")).at(0).type, "float");
}

TEST_F(DatasetsTest, CreatesOnceAndThenFinds) {
  EXPECT_TRUE((*datasets.create("api", {})).is_new);
  EXPECT_FALSE((*datasets.create("API", {})).is_new);
}

TEST_F(DatasetsTest, RemovesOnlyWhatIsNotProtected) {
  ASSERT_TRUE(datasets.create("api", {}).ok());

  EXPECT_EQ(datasets.remove("api").error().code, ErrorCode::kConflict);
  DatasetChange change;
  change.delete_protected = false;
  ASSERT_TRUE(datasets.change("api", change).ok());
  EXPECT_TRUE(datasets.remove("api").ok());
  EXPECT_EQ(datasets.find("api").error().message, "Dataset not found");
}

TEST_F(DatasetsTest, StartsADeletedDatasetAnewWithItsNextEvents) {
  store_events("Api", 4);
  store_events("api", 5);
  DatasetChange change;
  change.description = "old";
  change.delete_protected = false;
  ASSERT_TRUE(datasets.change("api", change).ok());
  ASSERT_TRUE(datasets.remove("api").ok());
  ASSERT_FALSE(datasets.find("api").ok());

  EXPECT_TRUE(stored.datasets.empty());

  store_events("api", clock.time_ns + 1);

  const auto found = *datasets.find("api");
  EXPECT_EQ(found.events, 10u);
  EXPECT_EQ(found.description, "");
  EXPECT_TRUE(found.delete_protected);
}

TEST_F(DatasetsTest, ExpandsJsonOnlyWhereAsked) {
  DatasetChange change;
  change.expand_json_depth = 3;
  ASSERT_TRUE(datasets.create("deep", change).ok());

  EXPECT_EQ(datasets.expand_json_depth("Deep"), 3u);
  EXPECT_EQ(datasets.expand_json_depth("flat"), 0u);
}

TEST_F(DatasetsTest, RefusesAColumnTwice) {
  ASSERT_TRUE(datasets.create("api", {}).ok());

  const auto column = datasets.create_column("api", "user", {});
  ASSERT_TRUE(column.ok());
  EXPECT_EQ(datasets.create_column("api", "user", {}).error().code, ErrorCode::kConflict);
  ColumnChange change;
  change.hidden = true;
  EXPECT_TRUE((*datasets.change_column("api", column->id, change)).hidden);
  EXPECT_TRUE(datasets.remove_column("api", column->id).ok());
  EXPECT_FALSE(datasets.remove_column("api", column->id).ok());
}

}  // namespace
}  // namespace tracery::app
