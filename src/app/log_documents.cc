// SPDX-License-Identifier: Apache-2.0
#include "app/log_documents.h"

#include "base/time.h"

namespace tracery::app {
namespace {

constexpr const char* kColumns = "scope, name, body, created_ms, updated_ms";

LogDocument read_document(const Database::Row& row) {
  return {text_of(row[0]), text_of(row[1]), text_of(row[2]), int_of(row[3]), int_of(row[4])};
}

std::string select_documents() {
  return std::string("SELECT ") + kColumns + " FROM log_document WHERE kind = ?1 ";
}

}  // namespace

Result<LogDocument> LogDocuments::put(const std::string& kind, const std::string& scope,
                                      const std::string& name, const std::string& body) {
  const auto rows = TRACERY_TRY(database_.run(
      "INSERT INTO log_document(kind, scope, name, body, created_ms, updated_ms) "
      "VALUES(?1,?2,?3,?4,?5,?5) ON CONFLICT(kind, scope, name) DO UPDATE SET body = ?4, "
      "updated_ms = ?5 RETURNING " +
          std::string(kColumns),
      {kind, scope, name, body, clock_.now_ns() / kNsPerMs}));
  return read_document(rows.at(0));
}

Result<std::optional<LogDocument>> LogDocuments::find(const std::string& kind,
                                                      const std::string& scope,
                                                      const std::string& name) {
  const auto rows = TRACERY_TRY(
      database_.run(select_documents() + "AND scope = ?2 AND name = ?3", {kind, scope, name}));
  if (rows.empty()) return std::optional<LogDocument>();
  return std::optional(read_document(rows.front()));
}

Result<std::vector<LogDocument>> LogDocuments::list(const std::string& kind,
                                                    const std::optional<std::string>& scope) {
  const auto rows = TRACERY_TRY(
      scope ? database_.run(select_documents() + "AND scope = ?2 ORDER BY name", {kind, *scope})
            : database_.run(select_documents() + "ORDER BY name, scope", {kind}));
  std::vector<LogDocument> documents;
  for (const auto& row : rows) documents.push_back(read_document(row));
  return documents;
}

Result<bool> LogDocuments::remove(const std::string& kind, const std::string& scope,
                                  const std::string& name) {
  const auto rows = TRACERY_TRY(
      database_.run("DELETE FROM log_document WHERE kind = ? AND scope = ? AND name = ? "
                    "RETURNING name",
                    {kind, scope, name}));
  return !rows.empty();
}

Status LogDocuments::remove_scope(const std::string& scope) {
  TRACERY_TRY(database_.run("DELETE FROM log_document WHERE scope = ?", {scope}));
  return {};
}

}  // namespace tracery::app
