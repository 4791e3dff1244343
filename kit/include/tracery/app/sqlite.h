// SPDX-License-Identifier: Apache-2.0
#pragma once

struct sqlite3;

/// Client spans for SQLite. Link `tracery::app_sqlite`.
namespace tracery::app::sqlite {

/// Traces every statement that `database` runs from now on: `db.system.name`, `db.namespace` (the
/// file), `db.query.text` (with parameters unexpanded), `db.operation.name`,
/// `db.response.returned_rows`. Takes the connection's `sqlite3_trace_v2` hook.
void instrument(sqlite3* database) noexcept;

}  // namespace tracery::app::sqlite
