// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/value.h"

struct sqlite3;

namespace tracery::app {

/// The SQLite file beside the event store: everything small and mutable (keys, datasets, boards,
/// saved queries). Thread-safe: one connection behind one lock, since no statement here is slow.
class Database {
 public:
  using Row = std::vector<model::Value>;
  using Values = std::vector<model::Value>;

  /// Opens or makes the file and brings its schema up to date. kCorrupt when it is no database,
  /// kUnsupported when a newer version of the program wrote it.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs one statement with its parameters and gives its rows. kConflict when a uniqueness rule
  /// is broken, kUnavailable when the disk is full.
  Result<std::vector<Row>> run(const std::string& sql, const Values& values = {});

  /// Runs `work` so that either all its statements count or none.
  Status in_transaction(const std::function<Status()>& work);

 private:
  explicit Database(sqlite3* connection) : connection_(connection) {}
  Status migrate();

  // Recursive, so that a transaction's statements can take it again.
  std::recursive_mutex mutex_;  // connection_
  sqlite3* connection_;
};

/// Cells of a Row by kind; a null or another type reads as "" or 0.
std::string text_of(const model::Value& cell);
std::int64_t int_of(const model::Value& cell);

}  // namespace tracery::app
