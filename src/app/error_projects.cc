// SPDX-License-Identifier: Apache-2.0
#include "app/error_projects.h"

#include <array>
#include <utility>

#include "app/random_id.h"

namespace tracery::app {
namespace {

constexpr std::array<std::pair<TokenScope, std::string_view>, 4> kScopes = {
    {{kPostServerItem, "post_server_item"},
     {kPostClientItem, "post_client_item"},
     {kReadScope, "read"},
     {kWriteScope, "write"}}};

constexpr std::size_t kTokenDigits = 32;

std::string draw_token() {
  return sha256_hex(std::to_string(random_u64()) + std::to_string(random_u64()))
      .substr(0, kTokenDigits);
}

ErrorToken read_token(const Database::Row& row) {
  return {text_of(row[0]),     int_of(row[1]),
          text_of(row[2]),     static_cast<std::uint8_t>(int_of(row[3])),
          int_of(row[4]) != 0, int_of(row[5]),
          int_of(row[6]),      int_of(row[7]),
          int_of(row[8])};
}

}  // namespace

std::vector<std::string_view> scope_names(std::uint8_t scopes) {
  std::vector<std::string_view> names;
  for (const auto& [scope, name] : kScopes) {
    if ((scopes & scope) != 0) names.push_back(name);
  }
  return names;
}

std::uint8_t parse_scope(std::string_view name) {
  for (const auto& [scope, word] : kScopes) {
    if (word == name) return scope;
  }
  return 0;
}

Result<std::unique_ptr<ErrorProjects>> ErrorProjects::open(Database& database, const Clock& clock) {
  std::unique_ptr<ErrorProjects> projects(new ErrorProjects(database, clock));
  TRACERY_TRY(projects->load());
  return projects;
}

Status ErrorProjects::load() {
  for (const auto& row :
       TRACERY_TRY(database_.run("SELECT id, name, created_ns FROM error_project"))) {
    projects_.emplace(text_of(row[1]),
                      ErrorProject{int_of(row[0]), text_of(row[1]), int_of(row[2])});
  }
  for (const auto& row :
       TRACERY_TRY(database_.run("SELECT token, project_id, name, scopes, enabled, window_seconds, "
                                 "window_count, created_ns, modified_ns FROM error_token"))) {
    tokens_.emplace(text_of(row[0]), read_token(row));
  }
  return {};
}

std::vector<ErrorProject> ErrorProjects::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<ErrorProject> all;
  for (const auto& [name, project] : projects_) all.push_back(project);
  return all;
}

std::optional<ErrorProject> ErrorProjects::find(std::int64_t id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, project] : projects_) {
    if (project.id == id) return project;
  }
  return std::nullopt;
}

std::optional<ErrorProject> ErrorProjects::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = projects_.find(name);
  if (found == projects_.end()) return std::nullopt;
  return found->second;
}

Result<ErrorProject> ErrorProjects::insert(const std::string& name) {
  const std::int64_t now_ns = clock_.now_ns();
  const auto rows = TRACERY_TRY(database_.run(
      "INSERT INTO error_project(name, created_ns) VALUES(?,?) RETURNING id", {name, now_ns}));
  const ErrorProject project{int_of(rows.at(0).at(0)), name, now_ns};
  projects_.emplace(name, project);
  return project;
}

Result<ErrorProject> ErrorProjects::take(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = projects_.find(name);
  if (found != projects_.end()) return found->second;
  return insert(name);
}

Result<ErrorProject> ErrorProjects::create(const std::string& name) {
  ErrorProject project;
  {
    const std::lock_guard lock(mutex_);
    if (projects_.contains(name)) {
      return Error{ErrorCode::kConflict, "project name is taken: " + name};
    }
    project = TRACERY_TRY(insert(name));
  }
  for (const auto& [scope, scope_name] : kScopes) {
    TRACERY_TRY(create_token(project.id, std::string(scope_name), scope));
  }
  return project;
}

Status ErrorProjects::remove(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(database_.run("DELETE FROM error_project WHERE id = ?", {id}));
  std::erase_if(projects_, [&](const auto& entry) { return entry.second.id == id; });
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.project_id == id; });
  return {};
}

std::vector<ErrorToken> ErrorProjects::tokens(std::int64_t project_id) const {
  const std::lock_guard lock(mutex_);
  std::vector<ErrorToken> all;
  for (const auto& [text, token] : tokens_) {
    if (token.project_id == project_id) all.push_back(token);
  }
  return all;
}

std::optional<ErrorToken> ErrorProjects::find_token(std::string_view token) const {
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(token);
  if (found == tokens_.end()) return std::nullopt;
  return found->second;
}

Result<ErrorToken> ErrorProjects::create_token(std::int64_t project_id, const std::string& name,
                                               std::uint8_t scopes) {
  ErrorToken token;
  token.token = draw_token();
  token.project_id = project_id;
  token.name = name;
  token.scopes = scopes;
  token.created_ns = token.modified_ns = clock_.now_ns();
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(database_.run(
      "INSERT INTO error_token(token, project_id, name, scopes, enabled, window_seconds, "
      "window_count, created_ns, modified_ns) VALUES(?,?,?,?,1,0,0,?,?)",
      {token.token, project_id, name, std::int64_t{scopes}, token.created_ns, token.modified_ns}));
  tokens_.emplace(token.token, token);
  return token;
}

Status ErrorProjects::change_token(ErrorToken token) {
  token.modified_ns = clock_.now_ns();
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(token.token);
  if (found == tokens_.end()) return Error{ErrorCode::kNotFound, "Access token not found"};
  TRACERY_TRY(database_.run(
      "UPDATE error_token SET name=?, enabled=?, window_seconds=?, window_count=?, modified_ns=? "
      "WHERE token=?",
      {token.name, token.enabled, token.window_seconds, token.window_count, token.modified_ns,
       token.token}));
  found->second = std::move(token);
  return {};
}

Status ErrorProjects::remove_token(const std::string& token) {
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(database_.run("DELETE FROM error_token WHERE token = ?", {token}));
  if (tokens_.erase(token) == 0) return Error{ErrorCode::kNotFound, "Access token not found"};
  return {};
}

}  // namespace tracery::app
