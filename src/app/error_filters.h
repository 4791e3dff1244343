// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/database.h"
#include "base/result.h"

namespace tracery::app {

/// A choice of items in the inbox that somebody named.
struct ErrorFilter {
  std::int64_t id = 0;
  std::string name;   ///< Unique.
  std::string query;  ///< As in the address of the inbox: "status=any&env=production".
};

/// Thread-safe as the database is.
class ErrorFilters {
 public:
  explicit ErrorFilters(Database& database) : database_(database) {}

  /// By name.
  Result<std::vector<ErrorFilter>> list();
  /// Takes the place of one with the same name.
  Result<ErrorFilter> put(const std::string& name, const std::string& query);
  /// kNotFound when there is none.
  Status remove(std::int64_t id);

 private:
  Database& database_;
};

}  // namespace tracery::app
