// SPDX-License-Identifier: Apache-2.0
#include "app/error_deploys.h"

namespace tracery::app {
namespace {

const std::string kColumns =
    "id, project_id, environment, revision, local_username, rollbar_username, comment, status, "
    "started_ns, finished_ns";

ErrorDeploy read_deploy(const Database::Row& row) {
  return {int_of(row.at(0)),  int_of(row.at(1)),  text_of(row.at(2)), text_of(row.at(3)),
          text_of(row.at(4)), text_of(row.at(5)), text_of(row.at(6)), text_of(row.at(7)),
          int_of(row.at(8)),  int_of(row.at(9))};
}

std::vector<ErrorDeploy> read_deploys(const std::vector<Database::Row>& rows) {
  std::vector<ErrorDeploy> deploys;
  for (const auto& row : rows) deploys.push_back(read_deploy(row));
  return deploys;
}

Error not_found() { return {ErrorCode::kNotFound, "Deploy not found"}; }

}  // namespace

bool is_deploy_status(std::string_view text) {
  return text == "started" || text == "succeeded" || text == "failed" || text == "timed_out";
}

Result<std::unique_ptr<ErrorDeploys>> ErrorDeploys::open(Database& database, const Clock& clock) {
  std::unique_ptr<ErrorDeploys> deploys(new ErrorDeploys(database, clock));
  for (const auto& row : TRACERY_TRY(
           database.run("SELECT project_id, environment, revision, min(id) FROM error_deploy "
                        "GROUP BY project_id, environment, revision"))) {
    deploys->first_ids_[{int_of(row.at(0)), text_of(row.at(1)), text_of(row.at(2))}] =
        int_of(row.at(3));
  }
  return deploys;
}

Result<ErrorDeploy> ErrorDeploys::create(ErrorDeploy deploy) {
  deploy.started_ns = clock_.now_ns();
  deploy.finished_ns = deploy.status == "started" ? 0 : deploy.started_ns;
  const auto rows = TRACERY_TRY(database_.run(
      "INSERT INTO error_deploy(project_id, environment, revision, local_username, "
      "rollbar_username, comment, status, started_ns, finished_ns) VALUES(?,?,?,?,?,?,?,?,?) "
      "RETURNING id",
      {deploy.project_id, deploy.environment, deploy.revision, deploy.local_username,
       deploy.rollbar_username, deploy.comment, deploy.status, deploy.started_ns,
       deploy.finished_ns}));
  deploy.id = int_of(rows.at(0).at(0));
  const std::lock_guard lock(mutex_);
  first_ids_.try_emplace({deploy.project_id, deploy.environment, deploy.revision}, deploy.id);
  return deploy;
}

Result<ErrorDeploy> ErrorDeploys::finish(std::int64_t project_id, std::int64_t id,
                                         const std::string& status,
                                         const std::optional<std::string>& comment) {
  const std::int64_t finished_ns = status == "started" ? 0 : clock_.now_ns();
  const auto rows = TRACERY_TRY(database_.run(
      "UPDATE error_deploy SET status = ?, finished_ns = ?, comment = coalesce(?, comment) "
      "WHERE project_id = ? AND id = ? RETURNING " +
          kColumns,
      {status, finished_ns, comment ? model::Value(*comment) : model::Value(), project_id, id}));
  if (rows.empty()) return not_found();
  return read_deploy(rows[0]);
}

Result<ErrorDeploy> ErrorDeploys::find(std::int64_t project_id, std::int64_t id) {
  const auto rows = TRACERY_TRY(
      database_.run("SELECT " + kColumns + " FROM error_deploy WHERE project_id = ? AND id = ?",
                    {project_id, id}));
  if (rows.empty()) return not_found();
  return read_deploy(rows[0]);
}

Result<std::vector<ErrorDeploy>> ErrorDeploys::list(const DeployQuery& query) {
  std::string sql = "SELECT " + kColumns + " FROM error_deploy WHERE started_ns >= ?";
  Database::Values values = {query.from_ns};
  const auto also = [&](const char* condition, model::Value value) {
    sql.append(" AND ").append(condition);
    values.push_back(std::move(value));
  };
  if (query.to_ns != 0) also("started_ns < ?", query.to_ns);
  if (query.project_id != 0) also("project_id = ?", query.project_id);
  if (!query.environment.empty()) also("environment = ?", query.environment);
  values.emplace_back(static_cast<std::int64_t>(query.limit));
  values.emplace_back(static_cast<std::int64_t>(query.skip));
  return read_deploys(
      TRACERY_TRY(database_.run(sql + " ORDER BY id DESC LIMIT ? OFFSET ?", values)));
}

Result<std::optional<ErrorDeploy>> ErrorDeploys::newest(std::int64_t project_id,
                                                        const std::string& revision,
                                                        const std::string& environment) {
  const auto deploys = read_deploys(TRACERY_TRY(database_.run(
      "SELECT " + kColumns +
          " FROM error_deploy WHERE project_id = ? AND revision = ? AND (environment = ? OR ? = '')"
          " ORDER BY id DESC LIMIT 1",
      {project_id, revision, environment, environment})));
  if (deploys.empty()) return std::optional<ErrorDeploy>();
  return std::optional(deploys[0]);
}

std::optional<std::int64_t> ErrorDeploys::first_id(std::int64_t project_id,
                                                   const std::string& environment,
                                                   const std::string& revision) const {
  const auto found = first_ids_.find({project_id, environment, revision});
  if (found == first_ids_.end()) return std::nullopt;
  return found->second;
}

std::optional<bool> ErrorDeploys::is_later(std::int64_t project_id, const std::string& environment,
                                           const std::string& revision,
                                           const std::string& than) const {
  const std::lock_guard lock(mutex_);
  const auto one = first_id(project_id, environment, revision);
  const auto other = first_id(project_id, environment, than);
  if (!one || !other) return std::nullopt;
  return *one > *other;
}

}  // namespace tracery::app
