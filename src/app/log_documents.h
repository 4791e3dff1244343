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

/// A small named JSON document of the Logs API, as its owner put it.
struct LogDocument {
  std::string scope;
  std::string name;
  std::string body;  ///< JSON text.
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
};

/// Metric and subscription filters, query definitions, tags, policies, destinations: whatever the
/// Logs API keeps by name without looking inside. `kind` says which; a filter's scope is its log
/// group. Thread-safe.
class LogDocuments {
 public:
  LogDocuments(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  /// Makes it or replaces its body.
  Result<LogDocument> put(const std::string& kind, const std::string& scope,
                          const std::string& name, const std::string& body);
  Result<std::optional<LogDocument>> find(const std::string& kind, const std::string& scope,
                                          const std::string& name);
  /// By name, then scope. Every scope when `scope` is not given.
  Result<std::vector<LogDocument>> list(const std::string& kind,
                                        const std::optional<std::string>& scope = {});
  /// False when there was none.
  Result<bool> remove(const std::string& kind, const std::string& scope, const std::string& name);
  /// Of every kind.
  Status remove_scope(const std::string& scope);

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace tracery::app
