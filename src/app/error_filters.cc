// SPDX-License-Identifier: Apache-2.0
#include "app/error_filters.h"

namespace tracery::app {
namespace {

ErrorFilter read_filter(const Database::Row& row) {
  return {int_of(row.at(0)), text_of(row.at(1)), text_of(row.at(2))};
}

}  // namespace

Result<std::vector<ErrorFilter>> ErrorFilters::list() {
  std::vector<ErrorFilter> filters;
  for (const auto& row :
       TRACERY_TRY(database_.run("SELECT id, name, query FROM error_filter ORDER BY name, id"))) {
    filters.push_back(read_filter(row));
  }
  return filters;
}

Result<ErrorFilter> ErrorFilters::put(const std::string& name, const std::string& query) {
  const auto rows = TRACERY_TRY(
      database_.run("INSERT INTO error_filter(name, query) VALUES(?,?) ON CONFLICT(name) DO UPDATE "
                    "SET query = excluded.query RETURNING id, name, query",
                    {name, query}));
  return read_filter(rows.at(0));
}

Status ErrorFilters::remove(std::int64_t id) {
  const auto rows =
      TRACERY_TRY(database_.run("DELETE FROM error_filter WHERE id = ? RETURNING id", {id}));
  if (rows.empty()) return Error{ErrorCode::kNotFound, "no such filter"};
  return {};
}

}  // namespace tracery::app
