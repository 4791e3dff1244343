// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include <toml++/toml.h>

#include "server/config.h"

namespace tracery::server {
namespace {

Error bad(const std::filesystem::path& file, std::string message) {
  return {ErrorCode::kInvalid, "config file " + file.string() + ": " + std::move(message)};
}

bool is_setting(std::string_view name) {
  return std::any_of(settings().begin(), settings().end(),
                     [&](const Setting& setting) { return name == setting.name; });
}

/// Nothing when the node is no text, whole number or truth.
std::optional<std::string> read_scalar(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto truth = node.value_exact<bool>()) return *truth ? "true" : "false";
  return std::nullopt;
}

std::optional<std::vector<std::string>> read_values(const toml::node& node) {
  std::vector<std::string> values;
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& entry : *list) {
      auto value = read_scalar(entry);
      if (!value) return std::nullopt;
      values.push_back(*std::move(value));
    }
    return values;
  }
  auto value = read_scalar(node);
  if (!value) return std::nullopt;
  values.push_back(*std::move(value));
  return values;
}

/// `xray.validation`, of a table or a dotted key, is the setting xray-validation.
Status read_table(const std::filesystem::path& file, const toml::table& table,
                  const std::string& prefix, SettingValues& values) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const toml::table* inner = node.as_table(); inner != nullptr && prefix.empty()) {
      TRACERY_TRY(read_table(file, *inner, name + '-', values));
      continue;
    }
    if (!is_setting(name)) return bad(file, "unknown key: " + name);
    auto read = read_values(node);
    if (!read) return bad(file, "want a text, number, truth or list: " + name);
    values.emplace(name, *std::move(read));
  }
  return {};
}

}  // namespace

Result<SettingValues> read_config_file(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) {
    return Error{ErrorCode::kNotFound, "no such config file: " + file.string()};
  }
  toml::table table;
  try {
    table = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    return bad(file, "line " + std::to_string(error.source().begin.line) + ": " +
                         std::string(error.description()));
  }
  SettingValues values;
  TRACERY_TRY(read_table(file, table, "", values));
  return values;
}

}  // namespace tracery::server
