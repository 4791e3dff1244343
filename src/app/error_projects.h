// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/database.h"
#include "base/clock.h"
#include "base/result.h"

namespace tracery::app {

struct ErrorProject {
  std::int64_t id = 0;
  std::string name;  ///< Unique; the dataset of its occurrences.
  std::int64_t created_ns = 0;
};

/// What a token may do, by the vendor's names.
enum TokenScope : std::uint8_t {
  kPostServerItem = 1,
  kPostClientItem = 2,
  kReadScope = 4,
  kWriteScope = 8,
};
std::vector<std::string_view> scope_names(std::uint8_t scopes);
/// 0 for an unknown name.
std::uint8_t parse_scope(std::string_view name);

struct ErrorToken {
  std::string token;  ///< 32 lower-case hex digits.
  std::int64_t project_id = 0;
  std::string name;
  std::uint8_t scopes = 0;
  bool enabled = true;
  std::int64_t window_seconds = 0, window_count = 0;  ///< Rate limit; 0: none.
  std::int64_t created_ns = 0, modified_ns = 0;
};

/// Projects of the errors inbox and their access tokens. Kept in memory as well, since every report
/// asks. Thread-safe.
class ErrorProjects {
 public:
  static Result<std::unique_ptr<ErrorProjects>> open(Database& database, const Clock& clock);

  std::vector<ErrorProject> list() const;
  std::optional<ErrorProject> find(std::int64_t id) const;
  std::optional<ErrorProject> find(std::string_view name) const;
  /// The project of that name, made (without tokens) when there is none.
  Result<ErrorProject> take(const std::string& name);
  /// A new one with a token per scope. kConflict when the name is taken.
  Result<ErrorProject> create(const std::string& name);
  Status remove(std::int64_t id);

  std::vector<ErrorToken> tokens(std::int64_t project_id) const;
  std::optional<ErrorToken> find_token(std::string_view token) const;
  Result<ErrorToken> create_token(std::int64_t project_id, const std::string& name,
                                  std::uint8_t scopes);
  /// Takes the settings (name, enabled, rate limit) of `token` for the one stored.
  Status change_token(ErrorToken token);
  Status remove_token(const std::string& token);

 private:
  ErrorProjects(Database& database, const Clock& clock) : database_(database), clock_(clock) {}
  Status load();
  Result<ErrorProject> insert(const std::string& name);

  Database& database_;
  const Clock& clock_;
  mutable std::mutex mutex_;  // projects_, tokens_
  std::map<std::string, ErrorProject, std::less<>> projects_;
  std::map<std::string, ErrorToken, std::less<>> tokens_;
};

}  // namespace tracery::app
