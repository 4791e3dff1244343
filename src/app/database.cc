// SPDX-License-Identifier: Apache-2.0
#include "app/database.h"

#include <array>

#include <sqlite3.h>

namespace tracery::app {
namespace {

/// One entry per schema version; never edited once released, only added to.
constexpr std::array kMigrations = {
    R"sql(
      CREATE TABLE api_key(
        id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,
        secret_sha256 TEXT NOT NULL UNIQUE, created_ns INTEGER NOT NULL,
        last_used_ns INTEGER, revoked_ns INTEGER) STRICT;
      CREATE TABLE dataset(
        slug TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL DEFAULT '',
        expand_json_depth INTEGER NOT NULL DEFAULT 0, delete_protected INTEGER NOT NULL DEFAULT 1,
        created_ns INTEGER NOT NULL, deleted_ns INTEGER) STRICT;
      CREATE TABLE dataset_column(
        id TEXT PRIMARY KEY, dataset_slug TEXT NOT NULL, key_name TEXT NOT NULL,
        type TEXT NOT NULL, description TEXT NOT NULL DEFAULT '', hidden INTEGER NOT NULL DEFAULT 0,
        created_ns INTEGER NOT NULL, updated_ns INTEGER NOT NULL,
        UNIQUE(dataset_slug, key_name)) STRICT;
      CREATE TABLE document(
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, scope TEXT NOT NULL, body TEXT NOT NULL,
        created_ns INTEGER NOT NULL, updated_ns INTEGER NOT NULL) STRICT;
      CREATE INDEX document_by_kind ON document(kind, scope, created_ns);
    )sql",
    // Deleting a dataset takes its events out of the store: nothing is left to hide.
    R"sql(
      DELETE FROM dataset WHERE deleted_ns IS NOT NULL;
      ALTER TABLE dataset DROP COLUMN deleted_ns;
    )sql",
    R"sql(
      CREATE TABLE server_secret(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    )sql",
    R"sql(
      CREATE TABLE log_group(
        name TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, retention_days INTEGER NOT NULL,
        kms_key TEXT NOT NULL, class TEXT NOT NULL, is_protected INTEGER NOT NULL,
        takes_bearer INTEGER NOT NULL) STRICT;
      CREATE TABLE log_stream(
        group_name TEXT NOT NULL REFERENCES log_group(name), name TEXT NOT NULL,
        created_ms INTEGER NOT NULL, PRIMARY KEY(group_name, name)) STRICT;
      CREATE TABLE log_deletion(
        group_name TEXT NOT NULL, stream_name TEXT NOT NULL, sequence INTEGER NOT NULL,
        PRIMARY KEY(group_name, stream_name)) STRICT;
      CREATE TABLE log_document(
        kind TEXT NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
        created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
        PRIMARY KEY(kind, scope, name)) STRICT;
    )sql",
    R"sql(
      CREATE TABLE error_project(
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
        created_ns INTEGER NOT NULL) STRICT;
      CREATE TABLE error_token(
        token TEXT PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES error_project(id)
          ON DELETE CASCADE, name TEXT NOT NULL, scopes INTEGER NOT NULL, enabled INTEGER NOT NULL,
        window_seconds INTEGER NOT NULL, window_count INTEGER NOT NULL,
        created_ns INTEGER NOT NULL, modified_ns INTEGER NOT NULL) STRICT;
      CREATE TABLE error_item(
        id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES error_project(id)
          ON DELETE CASCADE, counter INTEGER NOT NULL, item_key TEXT NOT NULL UNIQUE,
        grouping_version INTEGER NOT NULL, environment TEXT NOT NULL, title TEXT NOT NULL,
        exception_class TEXT NOT NULL, level TEXT NOT NULL, platform TEXT NOT NULL,
        framework TEXT NOT NULL, language TEXT NOT NULL, first_version TEXT NOT NULL,
        sources INTEGER NOT NULL, status TEXT NOT NULL, title_locked INTEGER NOT NULL,
        level_locked INTEGER NOT NULL, assigned_user_id INTEGER NOT NULL,
        resolved_in_version TEXT NOT NULL, resolved_ns INTEGER NOT NULL,
        resolved_id INTEGER NOT NULL, activated_ns INTEGER NOT NULL,
        activating_id INTEGER NOT NULL, activation_base INTEGER NOT NULL,
        reactivations INTEGER NOT NULL, snoozed_until_ns INTEGER NOT NULL,
        merged_into INTEGER NOT NULL, last_version TEXT NOT NULL,
        UNIQUE(project_id, counter)) STRICT;
      CREATE TABLE error_count(
        item_key TEXT PRIMARY KEY, occurrences INTEGER NOT NULL,
        first_id INTEGER NOT NULL, last_id INTEGER NOT NULL) STRICT;
      CREATE TABLE error_counted_until(one INTEGER PRIMARY KEY, id INTEGER NOT NULL) STRICT;
      CREATE TABLE error_history(
        id INTEGER PRIMARY KEY AUTOINCREMENT, item_id INTEGER NOT NULL, time_ns INTEGER NOT NULL,
        kind TEXT NOT NULL, user TEXT NOT NULL, version TEXT NOT NULL, text TEXT NOT NULL) STRICT;
      CREATE INDEX error_history_by_item ON error_history(item_id, id);
      CREATE TABLE error_deploy(
        id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER NOT NULL REFERENCES
          error_project(id) ON DELETE CASCADE, environment TEXT NOT NULL, revision TEXT NOT NULL,
        local_username TEXT NOT NULL, rollbar_username TEXT NOT NULL, comment TEXT NOT NULL,
        status TEXT NOT NULL, started_ns INTEGER NOT NULL, finished_ns INTEGER NOT NULL) STRICT;
      CREATE TABLE error_user(
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
        email TEXT NOT NULL) STRICT;
    )sql",
    R"sql(
      CREATE TABLE error_source_map(
        id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER NOT NULL REFERENCES
          error_project(id) ON DELETE CASCADE, version TEXT NOT NULL, place TEXT NOT NULL,
        map TEXT NOT NULL, files TEXT NOT NULL, bytes INTEGER NOT NULL,
        created_ns INTEGER NOT NULL, UNIQUE(project_id, version, place)) STRICT;
    )sql",
    R"sql(
      CREATE TABLE error_filter(
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
        query TEXT NOT NULL) STRICT;
    )sql",
    R"sql(
      CREATE TABLE notification_rule(
        id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER NOT NULL REFERENCES
          error_project(id) ON DELETE CASCADE, trigger TEXT NOT NULL, environment TEXT NOT NULL,
        level TEXT NOT NULL, rate_count INTEGER NOT NULL, rate_period_s INTEGER NOT NULL,
        channel TEXT NOT NULL, target TEXT NOT NULL, hourly_max INTEGER NOT NULL,
        ui_url TEXT NOT NULL, enabled INTEGER NOT NULL) STRICT;
    )sql",
};

Error describe(sqlite3* connection, int code) {
  const std::string reason = sqlite3_errmsg(connection);
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT: return {ErrorCode::kConflict, "metadata: " + reason};
    case SQLITE_FULL: return {ErrorCode::kUnavailable, "metadata: disk full"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return {ErrorCode::kCorrupt, "metadata: " + reason};
    default: return {ErrorCode::kIo, "metadata: " + reason};
  }
}

struct Bind {
  sqlite3_stmt* statement;
  int index;
  void operator()(std::monostate) const { sqlite3_bind_null(statement, index); }
  void operator()(bool value) const { sqlite3_bind_int(statement, index, value ? 1 : 0); }
  void operator()(std::int64_t value) const { sqlite3_bind_int64(statement, index, value); }
  void operator()(double value) const { sqlite3_bind_double(statement, index, value); }
  void operator()(const std::string& value) const {
    sqlite3_bind_text(statement, index, value.data(), static_cast<int>(value.size()),
                      SQLITE_TRANSIENT);
  }
};

model::Value read_cell(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_NULL: return std::monostate{};
    default: {
      const auto* text = sqlite3_column_text(statement, column);
      const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
      return std::string(reinterpret_cast<const char*>(text), bytes);
    }
  }
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &connection,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::unique_ptr<Database> database(new Database(connection));
  if (code != SQLITE_OK) return describe(connection, code).with(file.string());
  sqlite3_busy_timeout(connection, 5000);
  for (const char* pragma :
       {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"}) {
    TRACERY_TRY(database->run(pragma));
  }
  TRACERY_TRY(database->migrate());
  return database;
}

Database::~Database() { sqlite3_close_v2(connection_); }

Status Database::migrate() {
  const auto rows = TRACERY_TRY(run("PRAGMA user_version"));
  const std::int64_t version = int_of(rows.at(0).at(0));
  if (version > static_cast<std::int64_t>(kMigrations.size())) {
    return Error{ErrorCode::kUnsupported,
                 "metadata written by a newer version: " + std::to_string(version)};
  }
  return in_transaction([&]() -> Status {
    for (auto next = static_cast<std::size_t>(version); next < kMigrations.size(); ++next) {
      const int code = sqlite3_exec(connection_, kMigrations[next], nullptr, nullptr, nullptr);
      if (code != SQLITE_OK) return describe(connection_, code).with("migration");
      TRACERY_TRY(run("PRAGMA user_version = " + std::to_string(next + 1)));
    }
    return {};
  });
}

Result<std::vector<Database::Row>> Database::run(const std::string& sql, const Values& values) {
  const std::lock_guard lock(mutex_);
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(connection_, sql.c_str(), -1, &raw, nullptr);
  if (code != SQLITE_OK) return describe(connection_, code);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::visit(Bind{raw, static_cast<int>(i) + 1}, values[i]);
  }
  std::vector<Row> rows;
  while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
    Row row;
    for (int column = 0; column < sqlite3_column_count(raw); ++column) {
      row.push_back(read_cell(raw, column));
    }
    rows.push_back(std::move(row));
  }
  if (code != SQLITE_DONE) return describe(connection_, code);
  return rows;
}

Status Database::in_transaction(const std::function<Status()>& work) {
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(run("BEGIN IMMEDIATE"));
  Status status = work();
  if (status.ok()) {
    auto committed = run("COMMIT");
    if (committed.ok()) return {};
    status = std::move(committed).error();
  }
  // After some failures SQLite has rolled back by itself; then this one has nothing to do.
  const auto rolled_back = run("ROLLBACK");
  static_cast<void>(rolled_back);
  return status;
}

std::string text_of(const model::Value& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text != nullptr ? *text : std::string();
}

std::int64_t int_of(const model::Value& cell) {
  const auto* number = std::get_if<std::int64_t>(&cell);
  return number != nullptr ? *number : 0;
}

}  // namespace tracery::app
