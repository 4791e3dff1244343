// SPDX-License-Identifier: Apache-2.0
#include "api/trace_search.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>
#include <unordered_map>

#include "base/json_writer.h"
#include "model/names.h"
#include "protocols/honeycomb/query_spec.h"
#include "query/filter_value.h"

namespace tracery::api {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// Words between blanks; double quotes keep blanks inside a word.
std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool is_quoted = false;
  for (const char c : text) {
    if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c != ' ' || is_quoted) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

/// A typed value: a number, true or false, else text (quotes around it are dropped).
std::string value_json(std::string text) {
  double number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = end.ec == std::errc() && end.ptr == text.data() + text.size();
  if (is_number || text == "true" || text == "false") return text;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  return json_quote(text);
}

/// The query specification that holds `field op value` as its one filter; "" when it is no such.
std::string filter_spec(std::string_view text, const std::vector<std::string>& words) {
  if (words.size() < 2) return {};
  const auto op = query::parse_filter_op(words[1]);
  if (!op) return {};
  JsonWriter json;
  json.begin_object().key("filters").begin_array().begin_object();
  json.field("column", words[0]).field("op", words[1]);
  const std::size_t at = text.find(words[1], text.find(words[0]) + words[0].size());
  std::string value(text.substr(at + words[1].size()));
  value.erase(0, std::min(value.find_first_not_of(' '), value.size()));
  while (!value.empty() && value.back() == ' ') value.pop_back();
  if (!value.empty()) json.key("value").raw(value_json(value));
  return json.end_object().end_array().end_object().take();
}

std::uint64_t id_of(const model::Event& event, std::string_view name) {
  const auto* value = model::find_field(event, name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  std::uint64_t id = 0;
  if (text != nullptr) std::from_chars(text->data(), text->data() + text->size(), id, 16);
  return id;
}

bool contains_word(const model::Event& event, const std::string& word) {
  if (lower(event.dataset).find(word) != std::string::npos) return true;
  return std::any_of(event.fields.begin(), event.fields.end(), [&](const model::Field& field) {
    const auto* text = std::get_if<std::string>(&field.value);
    if (text != nullptr) return lower(*text).find(word) != std::string::npos;
    return query::value_text(field.value).find(word) != std::string::npos;
  });
}

}  // namespace

Result<TraceMatcher> TraceMatcher::parse(std::string_view text, std::int64_t now_ns) {
  TraceMatcher matcher;
  const auto words = split_words(text);
  const std::string spec = filter_spec(text, words);
  if (!spec.empty()) {
    auto decoded = TRACERY_TRY(honeycomb::decode_query_spec(spec, now_ns));
    matcher.filters_ = std::move(decoded.filters.filters);
    return matcher;
  }
  for (const std::string& word : words) matcher.words_.push_back(lower(word));
  return matcher;
}

bool TraceMatcher::matches(const model::Event& event) const {
  if (!filters_.empty()) {
    const auto* value = model::find_field(event, filters_.front().column);
    return query::matches(filters_.front(), value == nullptr ? model::Value() : *value);
  }
  return std::all_of(words_.begin(), words_.end(),
                     [&](const std::string& word) { return contains_word(event, word); });
}

std::vector<std::uint32_t> TraceMatcher::find_rows(const query::Trace& trace,
                                                   const std::vector<model::Event>& events) const {
  std::unordered_map<std::uint64_t, std::uint32_t> row_of;
  for (std::uint32_t row = 0; row < trace.rows.size(); ++row) {
    if (trace.rows[row].span_id != 0) row_of.emplace(trace.rows[row].span_id, row);
  }
  std::set<std::uint32_t> found;
  for (const model::Event& event : events) {
    if (!matches(event)) continue;
    std::uint64_t span_id = id_of(event, model::names::kSpanId);
    if (span_id == 0) span_id = id_of(event, model::names::kParentId);
    const auto row = row_of.find(span_id);
    if (row != row_of.end()) found.insert(row->second);
  }
  return {found.begin(), found.end()};
}

}  // namespace tracery::api
