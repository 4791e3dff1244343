// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/database.h"
#include "base/result.h"

namespace tracery::app {

/// Somebody items can be assigned to.
struct ErrorUser {
  std::int64_t id = 0;
  std::string name;  ///< Unique.
  std::string email;
};

/// Thread-safe as the database is.
class ErrorUsers {
 public:
  explicit ErrorUsers(Database& database) : database_(database) {}

  /// By name.
  Result<std::vector<ErrorUser>> list();
  Result<std::optional<ErrorUser>> find(std::int64_t id);
  /// kConflict when the name is taken.
  Result<ErrorUser> create(const std::string& name, const std::string& email);

 private:
  Database& database_;
};

}  // namespace tracery::app
