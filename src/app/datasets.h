// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/database.h"
#include "base/clock.h"
#include "base/result.h"
#include "store/row_source.h"

namespace tracery::app {

/// What stands for every dataset in a path.
inline constexpr std::string_view kAllDatasets = "__all__";

struct Dataset {
  std::string slug;
  std::string name;  ///< As first spelled.
  std::string description;
  std::int64_t expand_json_depth = 0;
  bool delete_protected = true;
  std::int64_t created_ns = 0;
  std::optional<std::int64_t> last_written_ns;
  std::uint64_t events = 0;
  std::uint64_t columns = 0;
  std::optional<std::int64_t> min_time_ns, max_time_ns;
};

struct DatasetChange {
  std::optional<std::string> description;
  std::optional<std::int64_t> expand_json_depth;
  std::optional<bool> delete_protected;
};

struct Column {
  std::string id;
  std::string key_name;
  std::string type;  ///< "string", "float", "integer" or "boolean".
  std::string description;
  bool hidden = false;
  std::int64_t created_ns = 0;
  std::int64_t updated_ns = 0;
  std::optional<std::int64_t> last_written_ns;
};

struct ColumnChange {
  std::optional<std::string> type;
  std::optional<std::string> description;
  std::optional<bool> hidden;
};

/// Datasets and their columns: what people said of them (SQLite) joined with what was stored (the
/// store's catalogue). A dataset or column appears here by itself once events have it.
/// Thread-safe.
class Datasets {
 public:
  using TakeSnapshot = std::function<std::shared_ptr<const store::Snapshot>()>;
  /// EventStore::remove_datasets.
  using RemoveStored = std::function<Status(const std::vector<std::string>&)>;

  Datasets(Database& database, const Clock& clock, TakeSnapshot snapshot,
           RemoveStored remove_stored);

  Result<std::vector<Dataset>> list();
  /// By slug or name, any case. kNotFound: "Dataset not found".
  Result<Dataset> find(std::string_view name);
  struct Created {
    Dataset dataset;
    bool is_new = false;
  };
  Result<Created> create(const std::string& name, const DatasetChange& settings);
  Result<Dataset> change(std::string_view name, const DatasetChange& change);
  /// Removes the dataset with the events it holds so far, for good; with its next events there is a
  /// new one. kConflict while it is protected.
  Status remove(std::string_view name);

  /// The setting of a dataset, 0 when there is none; as cheap as every batch needs it.
  unsigned expand_json_depth(std::string_view name);

  /// The names under which events of this dataset were stored: spellings may differ. Empty for
  /// `kAllDatasets`, which means no restriction.
  std::vector<std::string> stored_names(std::string_view dataset);

  /// Columns of a dataset, or of all of them together for `kAllDatasets`.
  Result<std::vector<Column>> columns(std::string_view dataset);
  Result<Column> create_column(std::string_view dataset, const std::string& key_name,
                               const ColumnChange& settings);
  Result<Column> change_column(std::string_view dataset, const std::string& id,
                               const ColumnChange& change);
  Status remove_column(std::string_view dataset, const std::string& id);

 private:
  void forget_settings();
  Status adopt_stored_datasets(const store::Catalogue& catalogue);
  Status adopt_stored_columns(const std::string& slug, const store::Catalogue& catalogue);

  Database& database_;
  const Clock& clock_;
  TakeSnapshot snapshot_;
  RemoveStored remove_stored_;
  std::mutex mutex_;  // known_, expand_depths_
  /// "slug" and "slug/column" that are in the database already.
  std::set<std::string, std::less<>> known_;
  /// By slug; only datasets that expand at all. Read from the database at first use.
  std::optional<std::map<std::string, unsigned, std::less<>>> expand_depths_;
};

}  // namespace tracery::app
