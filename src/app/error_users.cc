// SPDX-License-Identifier: Apache-2.0
#include "app/error_users.h"

namespace tracery::app {
namespace {

ErrorUser read_user(const Database::Row& row) {
  return {int_of(row.at(0)), text_of(row.at(1)), text_of(row.at(2))};
}

}  // namespace

Result<std::vector<ErrorUser>> ErrorUsers::list() {
  std::vector<ErrorUser> users;
  for (const auto& row :
       TRACERY_TRY(database_.run("SELECT id, name, email FROM error_user ORDER BY name"))) {
    users.push_back(read_user(row));
  }
  return users;
}

Result<std::optional<ErrorUser>> ErrorUsers::find(std::int64_t id) {
  const auto rows =
      TRACERY_TRY(database_.run("SELECT id, name, email FROM error_user WHERE id = ?", {id}));
  if (rows.empty()) return std::optional<ErrorUser>();
  return std::optional(read_user(rows[0]));
}

Result<ErrorUser> ErrorUsers::create(const std::string& name, const std::string& email) {
  const auto rows = TRACERY_TRY(database_.run(
      "INSERT INTO error_user(name, email) VALUES(?,?) RETURNING id, name, email", {name, email}));
  return read_user(rows.at(0));
}

}  // namespace tracery::app
