// SPDX-License-Identifier: Apache-2.0
#include "app/documents.h"

#include "app/random_id.h"

namespace tracery::app {
namespace {

const std::string kSelect = "SELECT id, scope, body, created_ns, updated_ns FROM document ";

std::string word(DocumentKind kind) {
  switch (kind) {
    case DocumentKind::kQuery: return "query";
    case DocumentKind::kAnnotation: return "annotation";
    case DocumentKind::kBoard: return "board";
    case DocumentKind::kHistory: return "history";
    case DocumentKind::kXrayGroup: return "xray_group";
    case DocumentKind::kXraySamplingRule: return "xray_sampling_rule";
    case DocumentKind::kXraySetting: return "xray_setting";
  }
  return "query";
}

Document read_document(const Database::Row& row) {
  return {text_of(row[0]), text_of(row[1]), text_of(row[2]), int_of(row[3]), int_of(row[4])};
}

}  // namespace

Result<Document> Documents::create(DocumentKind kind, const std::string& scope,
                                   const std::string& body, std::string id) {
  if (id.empty()) id = random_base62();
  const std::int64_t now_ns = clock_.now_ns();
  TRACERY_TRY(database_.run(
      "INSERT INTO document(id, kind, scope, body, created_ns, updated_ns) VALUES(?,?,?,?,?,?)",
      {id, word(kind), scope, body, now_ns, now_ns}));
  return Document{id, scope, body, now_ns, now_ns};
}

Result<std::optional<Document>> Documents::find(DocumentKind kind, const std::string& id) {
  const auto rows =
      TRACERY_TRY(database_.run(kSelect + "WHERE kind = ? AND id = ?", {word(kind), id}));
  if (rows.empty()) return std::optional<Document>();
  return std::optional(read_document(rows.front()));
}

Result<std::vector<Document>> Documents::list(DocumentKind kind,
                                              const std::optional<std::string>& scope) {
  const std::string order = " ORDER BY created_ns, rowid";
  const auto rows = TRACERY_TRY(
      scope ? database_.run(kSelect + "WHERE kind = ? AND scope = ?" + order, {word(kind), *scope})
            : database_.run(kSelect + "WHERE kind = ?" + order, {word(kind)}));
  std::vector<Document> documents;
  for (const auto& row : rows) documents.push_back(read_document(row));
  return documents;
}

Result<Document> Documents::update(DocumentKind kind, const std::string& id,
                                   const std::string& body) {
  const auto rows = TRACERY_TRY(
      database_.run("UPDATE document SET body = ?, updated_ns = ? WHERE kind = ? AND id = ? "
                    "RETURNING id, scope, body, created_ns, updated_ns",
                    {body, clock_.now_ns(), word(kind), id}));
  if (rows.empty()) return Error{ErrorCode::kNotFound, "no " + word(kind) + " with id: " + id};
  return read_document(rows.front());
}

Status Documents::remove(DocumentKind kind, const std::string& id) {
  const auto rows = TRACERY_TRY(database_.run(
      "DELETE FROM document WHERE kind = ? AND id = ? RETURNING id", {word(kind), id}));
  if (rows.empty()) return Error{ErrorCode::kNotFound, "no " + word(kind) + " with id: " + id};
  return {};
}

Status Documents::trim(DocumentKind kind, std::size_t keep) {
  TRACERY_TRY(database_.run(
      "DELETE FROM document WHERE kind = ? AND id NOT IN (SELECT id FROM document WHERE kind = ? "
      "ORDER BY created_ns DESC, rowid DESC LIMIT ?)",
      {word(kind), word(kind), static_cast<std::int64_t>(keep)}));
  return {};
}

}  // namespace tracery::app
