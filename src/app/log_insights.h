// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/log_documents.h"
#include "app/log_groups.h"
#include "protocols/cwlogs/insights_scope.h"

namespace tracery::app {

/// Log groups as queries see them: within their retention and without what was deleted. Lookup
/// tables are documents of the kind kLookupTables. Both must outlive it. Thread-safe.
class LogInsightsSources final : public cwlogs::InsightsSources {
 public:
  LogInsightsSources(const LogGroups& groups, LogDocuments& documents)
      : groups_(groups), documents_(documents) {}

  std::vector<std::string> groups_of(const cwlogs::QuerySource& source) const override;
  Result<cwlogs::InsightsAccess> access(const std::vector<std::string>& groups) const override;
  Result<std::shared_ptr<const cwlogs::LookupTable>> table(const std::string& name) const override;

 private:
  const LogGroups& groups_;
  LogDocuments& documents_;
};

inline constexpr const char* kLookupTables = "lookup_table";

}  // namespace tracery::app
