// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "app/database.h"
#include "app/error_counts.h"
#include "app/error_item.h"
#include "base/result.h"

namespace tracery::app {

/// Something that happened to an item, or a note on it (kind "note").
struct ItemHistory {
  std::int64_t id = 0;
  std::int64_t item_id = 0;
  std::int64_t time_ns = 0;
  std::string kind, user, version, text;
};

/// The rows of items in the metadata database. Thread-safe as the database is.
class ErrorItemStore {
 public:
  explicit ErrorItemStore(Database& database) : database_(database) {}

  /// Items without counts and without their project's name.
  Result<std::vector<ErrorItem>> load_items();
  Result<std::vector<KeyCounts>> load_counts();
  /// Occurrences up to this id are in the stored counts.
  Result<std::int64_t> load_counted_until();

  struct Changes {
    std::vector<ErrorItem> items;
    std::vector<ItemHistory> history;
  };
  /// All or nothing.
  Status save(const Changes& changes);
  /// Replaces the counts of these keys, in one step with `counted_until`.
  Status save_counts(const std::vector<KeyCounts>& counts, std::int64_t counted_until);

  Result<std::vector<ItemHistory>> load_history(std::int64_t item_id);
  /// Times at which items of a project became active.
  Result<std::vector<std::int64_t>> load_activations(std::int64_t project_id, std::int64_t from_ns);
  Result<std::int64_t> add_history(const ItemHistory& entry);
  Status remove_note(std::int64_t item_id, std::int64_t note);

 private:
  Status save_item(const ErrorItem& item);

  Database& database_;
};

}  // namespace tracery::app
