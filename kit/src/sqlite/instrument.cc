// SPDX-License-Identifier: Apache-2.0
#include <cctype>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sqlite3.h>

#include "tracery/app/span.h"
#include "tracery/app/sqlite.h"

namespace tracery::app::sqlite {
namespace {

/// A connection's statements that are running: SQLite tells of the beginning, of each row and of
/// the end of one. SQLite serialises the calls of a connection, so no lock is needed.
struct Tracing {
  struct Running {
    Span span;
    std::int64_t rows = 0;
  };
  std::unordered_map<sqlite3_stmt*, Running> statements;
};

std::string first_word(std::string_view sql) {
  std::string word;
  for (const char c : sql) {
    if (std::isalpha(static_cast<unsigned char>(c)) == 0) {
      if (word.empty()) continue;
      break;
    }
    word.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  }
  return word;
}

void begin(Tracing& tracing, sqlite3_stmt* statement) {
  const char* sql = sqlite3_sql(statement);
  if (!sql) return;
  const std::string operation = first_word(sql);
  Span span(operation.empty() ? "sqlite" : operation,
            {.kind = SpanKind::kClient, .scope = "tracery.app.sqlite"});
  // A statement ends when its last row has been read, which may be after other spans began.
  span.leave_thread();
  const char* file = sqlite3_db_filename(sqlite3_db_handle(statement), "main");
  span.set("db.system.name", "sqlite").set("db.query.text", sql);
  span.set("db.operation.name", operation);
  span.set("db.namespace", file && *file ? file : ":memory:");
  tracing.statements.insert_or_assign(statement, Tracing::Running{std::move(span)});
}

int on_trace(unsigned event, void* context, void* first, void* second) {
  auto& tracing = *static_cast<Tracing*>(context);
  if (event == SQLITE_TRACE_CLOSE) {
    delete &tracing;
    return 0;
  }
  auto* statement = static_cast<sqlite3_stmt*>(first);
  if (event == SQLITE_TRACE_STMT) {
    // The text of a trigger's own statements begins with a comment; they belong to their outer one.
    const std::string_view text(static_cast<const char*>(second));
    if (!text.starts_with("--")) begin(tracing, statement);
    return 0;
  }
  const auto running = tracing.statements.find(statement);
  if (running == tracing.statements.end()) return 0;
  if (event == SQLITE_TRACE_ROW) {
    ++running->second.rows;
  } else {
    running->second.span.set("db.response.returned_rows", running->second.rows);
    tracing.statements.erase(running);
  }
  return 0;
}

}  // namespace

void instrument(sqlite3* database) noexcept {
  constexpr unsigned kEvents =
      SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE | SQLITE_TRACE_ROW | SQLITE_TRACE_CLOSE;
  sqlite3_trace_v2(database, kEvents, &on_trace, new Tracing);
}

}  // namespace tracery::app::sqlite
