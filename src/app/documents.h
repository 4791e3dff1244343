// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/database.h"
#include "base/clock.h"
#include "base/result.h"

namespace tracery::app {

/// A small JSON document people made. The shape of `body` belongs to the API that wrote it.
struct Document {
  std::string id;
  std::string scope;  ///< Dataset slug, or "" for what belongs to no dataset.
  std::string body;   ///< JSON text.
  std::int64_t created_ns = 0;
  std::int64_t updated_ns = 0;
};

enum class DocumentKind : std::uint8_t {
  kQuery,       ///< A query specification; never changed once made.
  kAnnotation,  ///< A saved query: name, description and the query's id.
  kBoard,
  kHistory,  ///< One run of a query, for the history panel.
  kXrayGroup,
  kXraySamplingRule,
  kXraySetting,  ///< Encryption, indexing, policies, tags: what AWS keeps beside the traces.
};

/// Boards, queries, saved queries and the query history. Thread-safe.
class Documents {
 public:
  Documents(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  /// `id` is drawn when empty.
  Result<Document> create(DocumentKind kind, const std::string& scope, const std::string& body,
                          std::string id = {});
  Result<std::optional<Document>> find(DocumentKind kind, const std::string& id);
  /// Oldest first; every scope when `scope` is not given.
  Result<std::vector<Document>> list(DocumentKind kind,
                                     const std::optional<std::string>& scope = {});
  /// kNotFound when there is none.
  Result<Document> update(DocumentKind kind, const std::string& id, const std::string& body);
  Status remove(DocumentKind kind, const std::string& id);
  /// Drops all but the `keep` newest.
  Status trim(DocumentKind kind, std::size_t keep);

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace tracery::app
