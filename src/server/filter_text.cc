// SPDX-License-Identifier: Apache-2.0
#include "server/filter_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/json_writer.h"

namespace tracery::server {
namespace {

/// Longer ones first, so that ">=" is not read as ">".
constexpr std::array<std::string_view, 6> kSigns = {"!=", ">=", "<=", "=", ">", "<"};
constexpr std::array<std::string_view, 10> kWords = {"starts-with", "does-not-start-with",
                                                     "ends-with",   "does-not-end-with",
                                                     "contains",    "does-not-contain",
                                                     "exists",      "does-not-exist",
                                                     "in",          "not-in"};

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

struct Parts {
  std::string_view column, op, value;
};

/// Splits at the first operator: a sign anywhere, or a word between blanks.
std::optional<Parts> split(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    for (const std::string_view sign : kSigns) {
      if (rest.starts_with(sign)) {
        return Parts{trim(text.substr(0, at)), sign, trim(rest.substr(sign.size()))};
      }
    }
    if (rest.front() != ' ') continue;
    const std::string_view next = trim(rest);
    const std::string_view word = next.substr(0, next.find(' '));
    if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) {
      return Parts{trim(text.substr(0, at)), word, trim(next.substr(word.size()))};
    }
  }
  return std::nullopt;
}

template <typename T>
std::optional<T> parse_whole(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void write_value(JsonWriter& json, std::string_view text) {
  const bool is_quoted = text.size() >= 2 && text.front() == text.back() &&
                         (text.front() == '"' || text.front() == '\'');
  if (is_quoted) {
    json.value(text.substr(1, text.size() - 2));
  } else if (text == "true" || text == "false") {
    json.value(text == "true");
  } else if (const auto whole = parse_whole<std::int64_t>(text)) {
    json.value(*whole);
  } else if (const auto real = parse_whole<double>(text); real && std::isfinite(*real)) {
    json.value(*real);
  } else {
    json.value(text);
  }
}

}  // namespace

Result<std::string> filter_json(std::string_view text) {
  const auto parts = split(trim(text));
  if (!parts || parts->column.empty()) {
    return Error{ErrorCode::kInvalid, "want 'column operator value', got: " + std::string(text)};
  }
  const bool takes_value = !parts->op.ends_with("exists") && !parts->op.ends_with("exist");
  if (takes_value == parts->value.empty()) {
    return Error{
        ErrorCode::kInvalid,
        (takes_value ? "filter needs a value: " : "filter takes no value: ") + std::string(text)};
  }
  JsonWriter json;
  json.begin_object().field("column", parts->column).field("op", parts->op);
  if (parts->op == "in" || parts->op == "not-in") {
    json.key("value").begin_array();
    std::string_view list = parts->value;
    while (!list.empty()) {
      const std::size_t comma = list.find(',');
      write_value(json, trim(list.substr(0, comma)));
      list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    json.end_array();
  } else if (takes_value) {
    json.key("value");
    write_value(json, parts->value);
  }
  return json.end_object().take();
}

Result<std::string> filters_json(const std::vector<std::string>& texts) {
  JsonWriter json;
  json.begin_array();
  for (const std::string& text : texts) json.raw(TRACERY_TRY(filter_json(text)));
  return json.end_array().take();
}

}  // namespace tracery::server
