// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/event_store.h"

namespace tracery::server {

/// Everything `tracery serve` can be told.
struct Config {
  std::filesystem::path data;
  std::vector<std::string> http{"127.0.0.1:8080", "127.0.0.1:4318"};  ///< Empty: off.
  std::string grpc = "127.0.0.1:4317";                                ///< Empty: off.
  std::string xray = "127.0.0.1:2000";                                ///< Empty: off.
  bool xray_is_strict = false;
  store::Durability durability = store::Durability::kSync;
  std::string aws_account_id = "000000000000";
  std::int64_t retention_ns = 0;
  std::size_t memory_bytes = 0;
  std::string log_level = "info";
  std::string smtp;                             ///< The mail server's URL; "": none.
  std::string mail_from = "tracery@localhost";  ///< Sender of notifications.
  bool allow_anonymous = false;
};

/// One row of the table that flags, environment and file are read by. The name "aws-account-id"
/// gives the flag --aws-account-id, the variable TRACERY_AWS_ACCOUNT_ID and the key of that name.
struct Setting {
  enum class Kind : std::uint8_t { kValue, kList, kSwitch };

  const char* name;
  const char* value_name;  ///< For the help text.
  const char* help;
  Kind kind = Kind::kValue;
  Status (*apply)(Config& config, const std::vector<std::string>& values);
};

std::span<const Setting> settings();

/// "TRACERY_AWS_ACCOUNT_ID" for "aws-account-id".
std::string environment_name(std::string_view setting);

/// Values as somebody wrote them, by setting name. A switch that is on has the value "true".
using SettingValues = std::map<std::string, std::vector<std::string>, std::less<>>;
/// Looks up an environment variable.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The process's own environment.
Environment process_environment();

/// Flags before environment before `file` before defaults. kInvalid names what is wrong and where
/// it stood.
Result<Config> make_config(const SettingValues& flags, const Environment& environment,
                           const SettingValues& file);

/// Reads a TOML file of settings; `xray.validation` is the same as `xray-validation`. kInvalid for
/// a syntax error, an unknown key or a value that is no text, number, truth or list of texts;
/// kNotFound when there is no such file.
Result<SettingValues> read_config_file(const std::filesystem::path& file);

/// All of it: finds the file by --config or TRACERY_CONFIG and makes the configuration.
Result<Config> load_config(const SettingValues& flags, const Environment& environment);

/// "1073741824", "512MiB", "2GB", "1 GiB". kInvalid otherwise.
Result<std::uint64_t> parse_bytes(std::string_view text);
/// "60" (in `bare_unit_ns`), "90s", "12h", "60d", "4w". kInvalid otherwise.
Result<std::int64_t> parse_duration_ns(std::string_view text, std::int64_t bare_unit_ns);

}  // namespace tracery::server
