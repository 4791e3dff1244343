// SPDX-License-Identifier: Apache-2.0
#include "server/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <unistd.h>
#include <utility>

#include "base/time.h"
#include "net/address.h"

namespace tracery::server {
namespace {

constexpr std::int64_t kRetentionDays = 60;
constexpr std::size_t kMemoryBytesMax = 1ULL << 30;
constexpr std::size_t kMemoryBytesMin = 32ULL << 20;

Error bad(std::string message) { return {ErrorCode::kInvalid, std::move(message)}; }

struct Unit {
  std::string_view name;
  std::int64_t size;
};

/// Digits, then perhaps a unit; nothing when it is anything else or too large.
std::optional<std::int64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const auto unit = std::find_if(units.begin(), units.end(),
                                 [&](const Unit& known) { return known.name == rest; });
  if (unit == units.end()) return std::nullopt;
  if (number > std::numeric_limits<std::int64_t>::max() / unit->size) return std::nullopt;
  return number * unit->size;
}

/// Addresses to listen on; "none" switches the listener off.
Status apply_addresses(std::vector<std::string>& addresses,
                       const std::vector<std::string>& values) {
  addresses.clear();
  if (values.size() == 1 && values.front() == "none") return {};
  for (const std::string& value : values) {
    TRACERY_TRY(net::parse_address(value));
    addresses.push_back(value);
  }
  return {};
}

Status apply_address(std::string& address, const std::vector<std::string>& values) {
  std::vector<std::string> addresses;
  TRACERY_TRY(apply_addresses(addresses, values));
  address = addresses.empty() ? std::string() : addresses.front();
  return {};
}

Status apply_durability(Config& config, const std::vector<std::string>& values) {
  constexpr std::array<std::pair<std::string_view, store::Durability>, 3> kNames = {
      {{"sync", store::Durability::kSync},
       {"interval", store::Durability::kInterval},
       {"none", store::Durability::kNone}}};
  for (const auto& [name, durability] : kNames) {
    if (values.front() != name) continue;
    config.durability = durability;
    return {};
  }
  return bad("want sync, interval or none, got: " + values.front());
}

Status apply_account(Config& config, const std::vector<std::string>& values) {
  const std::string& id = values.front();
  if (id.size() != 12 || id.find_first_not_of("0123456789") != std::string::npos) {
    return bad("want 12 digits, got: " + id);
  }
  config.aws_account_id = id;
  return {};
}

Status apply_xray_validation(Config& config, const std::vector<std::string>& values) {
  config.xray_is_strict = values.front() == "strict";
  if (config.xray_is_strict || values.front() == "lenient") return {};
  return bad("want lenient or strict, got: " + values.front());
}

Status apply_smtp(Config& config, const std::vector<std::string>& values) {
  config.smtp = values.front();
  if (config.smtp.starts_with("smtp://") || config.smtp.starts_with("smtps://")) return {};
  // The value may have a password in it.
  return bad("want smtp://host:port or smtps://host:port");
}

Status apply_mail_from(Config& config, const std::vector<std::string>& values) {
  config.mail_from = values.front();
  const bool is_plain = config.mail_from.find_first_of(" <>\r\n") == std::string::npos;
  if (is_plain && config.mail_from.find('@') != std::string::npos) return {};
  return bad("want an e-mail address, got: " + values.front());
}

Status apply_retention(Config& config, const std::vector<std::string>& values) {
  config.retention_ns = TRACERY_TRY(parse_duration_ns(values.front(), kNsPerDay));
  if (config.retention_ns < kNsPerDay) return bad("want at least one day, got: " + values.front());
  return {};
}

Status apply_memory(Config& config, const std::vector<std::string>& values) {
  config.memory_bytes = TRACERY_TRY(parse_bytes(values.front()));
  if (config.memory_bytes < kMemoryBytesMin) {
    return bad("want at least 32MiB, got: " + values.front());
  }
  return {};
}

Status apply_log_level(Config& config, const std::vector<std::string>& values) {
  for (const std::string_view level : {"debug", "info", "warn", "error", "off"}) {
    if (values.front() != level) continue;
    config.log_level = level;
    return {};
  }
  return bad("want debug, info, warn, error or off, got: " + values.front());
}

Status apply_anonymous(Config& config, const std::vector<std::string>& values) {
  const std::string& value = values.front();
  const bool is_true = value == "true" || value == "1";
  if (!is_true && value != "false" && value != "0") {
    return bad("want true or false, got: " + value);
  }
  config.allow_anonymous = is_true;
  return {};
}

constexpr std::array kSettings = {
    Setting{"data", "DIR", "Where everything is kept", Setting::Kind::kValue,
            [](Config& config, const std::vector<std::string>& values) -> Status {
              config.data = values.front();
              return {};
            }},
    Setting{"http", "ADDR:PORT", "HTTP listeners, a list, or none", Setting::Kind::kList,
            [](Config& config, const std::vector<std::string>& values) {
              return apply_addresses(config.http, values);
            }},
    Setting{"grpc", "ADDR:PORT", "OTLP/gRPC listener, or none", Setting::Kind::kValue,
            [](Config& config, const std::vector<std::string>& values) {
              return apply_address(config.grpc, values);
            }},
    Setting{"xray", "ADDR:PORT", "X-Ray daemon listener (UDP and TCP), or none",
            Setting::Kind::kValue,
            [](Config& config, const std::vector<std::string>& values) {
              return apply_address(config.xray, values);
            }},
    Setting{"xray-validation", "lenient|strict", "How segment documents are judged",
            Setting::Kind::kValue, apply_xray_validation},
    Setting{"durability", "sync|interval|none", "When a request is acknowledged",
            Setting::Kind::kValue, apply_durability},
    Setting{"aws-account-id", "ID", "Account shown by the AWS interfaces", Setting::Kind::kValue,
            apply_account},
    Setting{"retention", "DAYS", "How long events are kept", Setting::Kind::kValue,
            apply_retention},
    Setting{"memory", "BYTES", "Budget for buffers and caches, like 1GiB", Setting::Kind::kValue,
            apply_memory},
    Setting{"smtp", "URL", "Mail server for notifications, smtp://[user:password@]host[:port]",
            Setting::Kind::kValue, apply_smtp},
    Setting{"mail-from", "ADDRESS", "Sender of notifications", Setting::Kind::kValue,
            apply_mail_from},
    Setting{"log-level", "debug|info|warn|error|off", "What goes to stderr", Setting::Kind::kValue,
            apply_log_level},
    Setting{"allow-anonymous", "", "Need no keys even off loopback", Setting::Kind::kSwitch,
            apply_anonymous},
};

std::filesystem::path default_data(const Environment& environment) {
  if (const auto home = environment("XDG_DATA_HOME"); home && !home->empty()) {
    return std::filesystem::path(*home) / "tracery";
  }
  return std::filesystem::path(environment("HOME").value_or(".")) / ".local/share/tracery";
}

/// A quarter of the machine's memory, at most 1 GiB.
std::size_t default_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_bytes <= 0) return kMemoryBytesMax;
  const std::size_t all = static_cast<std::size_t>(pages) * static_cast<std::size_t>(page_bytes);
  return std::clamp(all / 4, kMemoryBytesMin, kMemoryBytesMax);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

/// Applies one setting as written at `where`.
Status apply_setting(const Setting& setting, Config& config, std::vector<std::string> values,
                     const std::string& where) {
  if (setting.kind == Setting::Kind::kList) {
    std::vector<std::string> split;
    for (const std::string& value : values) {
      for (std::string& part : split_list(value)) split.push_back(std::move(part));
    }
    values = std::move(split);
  }
  const bool is_one = setting.kind == Setting::Kind::kList || values.size() == 1;
  if (values.empty() || !is_one || values.front().empty()) return bad(where + ": want a value");
  Status applied = setting.apply(config, values);
  if (!applied) return std::move(applied).error().with(where);
  return {};
}

}  // namespace

std::span<const Setting> settings() { return kSettings; }

std::string environment_name(std::string_view setting) {
  std::string name = "TRACERY_";
  for (const char c : setting) {
    name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return name;
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

Result<Config> make_config(const SettingValues& flags, const Environment& environment,
                           const SettingValues& file) {
  Config config;
  config.data = default_data(environment);
  config.retention_ns = kRetentionDays * kNsPerDay;
  config.memory_bytes = default_memory();
  for (const Setting& setting : settings()) {
    const std::string variable = environment_name(setting.name);
    const auto from_environment = environment(variable);
    if (const auto flag = flags.find(setting.name); flag != flags.end()) {
      const std::string where = std::string("--") + setting.name;
      TRACERY_TRY(apply_setting(setting, config, flag->second, where));
    } else if (from_environment && !from_environment->empty()) {
      TRACERY_TRY(apply_setting(setting, config, {*from_environment}, variable));
    } else if (const auto line = file.find(setting.name); line != file.end()) {
      TRACERY_TRY(apply_setting(setting, config, line->second,
                                std::string("config file: ") + setting.name));
    }
  }
  if (config.http.empty() && config.grpc.empty() && config.xray.empty())
    return bad("nothing to listen on");
  return config;
}

Result<Config> load_config(const SettingValues& flags, const Environment& environment) {
  std::string path;
  if (const auto flag = flags.find("config"); flag != flags.end() && !flag->second.empty()) {
    path = flag->second.front();
  } else {
    path = environment("TRACERY_CONFIG").value_or("");
  }
  SettingValues file;
  if (!path.empty()) file = TRACERY_TRY(read_config_file(path));
  return make_config(flags, environment, file);
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  constexpr std::array kUnits = {Unit{"", 1},
                                 Unit{"B", 1},
                                 Unit{"KiB", 1 << 10},
                                 Unit{"MiB", 1 << 20},
                                 Unit{"GiB", 1 << 30},
                                 Unit{"TiB", 1LL << 40},
                                 Unit{"KB", 1'000},
                                 Unit{"MB", 1'000'000},
                                 Unit{"GB", 1'000'000'000},
                                 Unit{"TB", 1'000'000'000'000}};
  const auto bytes = parse_with_unit(text, kUnits);
  if (!bytes) return bad("want a size like 512MiB, got: " + std::string(text));
  return static_cast<std::uint64_t>(*bytes);
}

Result<std::int64_t> parse_duration_ns(std::string_view text, std::int64_t bare_unit_ns) {
  const std::array units = {Unit{"", bare_unit_ns},          Unit{"ms", kNsPerMs},
                            Unit{"s", kNsPerSecond},         Unit{"m", 60 * kNsPerSecond},
                            Unit{"h", 3'600 * kNsPerSecond}, Unit{"d", kNsPerDay},
                            Unit{"w", 7 * kNsPerDay}};
  const auto duration_ns = parse_with_unit(text, units);
  if (!duration_ns) return bad("want a duration like 2h, got: " + std::string(text));
  return *duration_ns;
}

}  // namespace tracery::server
