// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "app/database.h"
#include "base/clock.h"
#include "base/result.h"

namespace tracery::app {

/// A version of a project going live in an environment.
struct ErrorDeploy {
  std::int64_t id = 0;
  std::int64_t project_id = 0;
  std::string environment, revision;
  std::string local_username, rollbar_username, comment;
  std::string status;  ///< "started", "succeeded", "failed" or "timed_out".
  std::int64_t started_ns = 0;
  std::int64_t finished_ns = 0;  ///< 0 while it is under way.
};

/// Which deploys to list; what is not set does not choose.
struct DeployQuery {
  std::int64_t project_id = 0;
  std::string environment;
  std::int64_t from_ns = 0, to_ns = 0;  ///< Of the start; `to_ns` exclusive, 0: no end.
  std::size_t skip = 0, limit = 20;
};

bool is_deploy_status(std::string_view text);

/// Deploys, in SQLite; what regressions ask about is in memory as well. Thread-safe.
class ErrorDeploys {
 public:
  static Result<std::unique_ptr<ErrorDeploys>> open(Database& database, const Clock& clock);

  /// Takes all but the id and the times.
  Result<ErrorDeploy> create(ErrorDeploy deploy);
  /// kNotFound: "Deploy not found". `comment` stays when it is not given.
  Result<ErrorDeploy> finish(std::int64_t project_id, std::int64_t id, const std::string& status,
                             const std::optional<std::string>& comment);
  Result<ErrorDeploy> find(std::int64_t project_id, std::int64_t id);
  /// Newest first.
  Result<std::vector<ErrorDeploy>> list(const DeployQuery& query);
  /// The newest one of a revision; nothing when there is none.
  Result<std::optional<ErrorDeploy>> newest(std::int64_t project_id, const std::string& revision,
                                            const std::string& environment);

  /// Which of two revisions was first deployed later in an environment; nothing when one of them
  /// never was.
  std::optional<bool> is_later(std::int64_t project_id, const std::string& environment,
                               const std::string& revision, const std::string& than) const;

 private:
  ErrorDeploys(Database& database, const Clock& clock) : database_(database), clock_(clock) {}
  std::optional<std::int64_t> first_id(std::int64_t project_id, const std::string& environment,
                                       const std::string& revision) const;

  Database& database_;
  const Clock& clock_;
  mutable std::mutex mutex_;  // first_ids_
  /// (project, environment, revision) → its first deploy's id.
  std::map<std::tuple<std::int64_t, std::string, std::string>, std::int64_t> first_ids_;
};

}  // namespace tracery::app
