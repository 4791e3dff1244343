// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/query_document.h"

#include <cmath>

#include <simdjson.h>

#include "base/time.h"

namespace tracery::honeycomb {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t kListMax = 100;

/// Reads values of the document; every function names the member in its error.
class Reader {
 public:
  explicit Reader(FieldProblem& problem) : problem_(problem) {}

  Status read(const element& value, const std::string& path, std::string& out) {
    if (value.is_null()) return {};
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return wrong_type(path, "a string");
    out = text;
    return {};
  }

  Status read(const element& value, const std::string& path, bool& out) {
    if (value.is_null()) return {};
    if (value.get(out) != simdjson::SUCCESS) return wrong_type(path, "a boolean");
    return {};
  }

  Status read(const element& value, const std::string& path, std::optional<double>& out) {
    if (value.is_null()) return {};
    double number = 0;
    if (!value.is_number() || value.get(number) != simdjson::SUCCESS) {
      return wrong_type(path, "a number");
    }
    out = number;
    return {};
  }

  Status read(const element& value, const std::string& path, std::optional<std::int64_t>& out) {
    if (value.is_null()) return {};
    std::int64_t number = 0;
    if (value.get(number) != simdjson::SUCCESS) return wrong_type(path, "an integer");
    out = number;
    return {};
  }

  /// Seconds, whole or with a fraction, as nanoseconds.
  Status read_seconds(const element& value, const std::string& path, std::int64_t& out_ns) {
    constexpr std::int64_t kSecondsMax = 9'000'000'000;
    if (value.is_null()) return {};
    std::int64_t whole = 0;
    double real = 0;
    if (value.get(whole) == simdjson::SUCCESS) {
      real = static_cast<double>(whole);
    } else if (!value.is_number() || value.get(real) != simdjson::SUCCESS) {
      return wrong_type(path, "a number of seconds");
    }
    if (!(real >= 0 && real <= static_cast<double>(kSecondsMax))) {
      return invalid(problem_, path, "invalid", path + " is out of range");
    }
    const auto from_real =
        static_cast<std::int64_t>(std::llround(real * static_cast<double>(kNsPerSecond)));
    out_ns = value.is_double() ? from_real : whole * kNsPerSecond;
    return {};
  }

  template <typename T>
  Status read(const element& value, const std::string& path, std::vector<T>& out) {
    if (value.is_null()) return {};
    simdjson::dom::array items;
    if (value.get(items) != simdjson::SUCCESS) return wrong_type(path, "a list");
    if (items.size() > kListMax) {
      return invalid(problem_, path, "invalid", path + " may have at most 100 items");
    }
    for (const element item : items) {
      const std::string item_path = path + "[" + std::to_string(out.size()) + "]";
      TRACERY_TRY(read(item, item_path, out.emplace_back()));
    }
    return {};
  }

  Status read(const element& value, const std::string& path, FilterDocument& out) {
    return read_object(value, path,
                       [&](std::string_view key, const element& member,
                           const std::string& member_path) -> Result<bool> {
                         if (key == "column") return known(read(member, member_path, out.column));
                         if (key == "op") return known(read(member, member_path, out.op));
                         if (key == "value")
                           return known(read_filter_value(member, member_path, out));
                         return false;
                       });
  }

  Status read(const element& value, const std::string& path, CalculationDocument& out) {
    return read_object(value, path,
                       [&](std::string_view key, const element& member,
                           const std::string& member_path) -> Result<bool> {
                         if (key == "op") return known(read(member, member_path, out.op));
                         if (key == "column") return known(read(member, member_path, out.column));
                         if (key == "name") return known(read(member, member_path, out.name));
                         if (key == "filters") return known(read(member, member_path, out.filters));
                         if (key == "filter_combination") {
                           return known(read(member, member_path, out.filter_combination));
                         }
                         return false;
                       });
  }

  Status read(const element& value, const std::string& path, FormulaDocument& out) {
    return read_object(value, path,
                       [&](std::string_view key, const element& member,
                           const std::string& member_path) -> Result<bool> {
                         if (key == "name") return known(read(member, member_path, out.name));
                         if (key == "expression")
                           return known(read(member, member_path, out.expression));
                         return false;
                       });
  }

  Status read(const element& value, const std::string& path, OrderDocument& out) {
    return read_object(value, path,
                       [&](std::string_view key, const element& member,
                           const std::string& member_path) -> Result<bool> {
                         if (key == "op") return known(read(member, member_path, out.op));
                         if (key == "column") return known(read(member, member_path, out.column));
                         if (key == "order") return known(read(member, member_path, out.order));
                         return false;
                       });
  }

  Status read(const element& value, const std::string& path, HavingDocument& out) {
    return read_object(value, path,
                       [&](std::string_view key, const element& member,
                           const std::string& member_path) -> Result<bool> {
                         if (key == "calculate_op")
                           return known(read(member, member_path, out.calculate_op));
                         if (key == "column") return known(read(member, member_path, out.column));
                         if (key == "name") return known(read(member, member_path, out.name));
                         if (key == "op") return known(read(member, member_path, out.op));
                         if (key == "value") return known(read(member, member_path, out.value));
                         return false;
                       });
  }

  Status read(const element& root, QueryDocument& out) {
    return read_object(
        root, "",
        [&](std::string_view key, const element& member, const std::string& path) -> Result<bool> {
          if (key == "calculations") return known(read(member, path, out.calculations));
          if (key == "formulas") return known(read(member, path, out.formulas));
          if (key == "filters") return known(read(member, path, out.filters));
          if (key == "filter_combination") return known(read(member, path, out.filter_combination));
          if (key == "breakdowns") return known(read(member, path, out.breakdowns));
          if (key == "orders") return known(read(member, path, out.orders));
          if (key == "havings") return known(read(member, path, out.havings));
          if (key == "limit") return known(read(member, path, out.limit));
          if (key == "usage_mode") return known(read(member, path, out.usage_mode));
          return read_rest(key, member, path, out);
        });
  }

 private:
  /// Calls `take(key, value, path)` for each member; it says whether it knew the key.
  template <typename Take>
  Status read_object(const element& value, const std::string& path, Take take) {
    simdjson::dom::object object;
    if (value.get(object) != simdjson::SUCCESS) return wrong_type(path, "an object");
    for (const auto field : object) {
      const std::string key(field.key);
      const std::string member_path = path.empty() ? key : path + "." + key;
      const bool is_known = TRACERY_TRY(take(field.key, field.value, member_path));
      if (!is_known)
        return invalid(problem_, member_path, "invalid", "unknown field \"" + key + "\"");
    }
    return {};
  }

  static Result<bool> known(Status status) {
    if (!status.ok()) return std::move(status).error();
    return true;
  }

  /// Times, and members that are only looked at.
  Result<bool> read_rest(std::string_view key, const element& member, const std::string& path,
                         QueryDocument& out) {
    if (key == "time_range") return known(read_seconds(member, path, out.time_range_ns));
    if (key == "start_time") return known(read_seconds(member, path, out.start_ns));
    if (key == "end_time") return known(read_seconds(member, path, out.end_ns));
    if (key == "granularity") return known(read_seconds(member, path, out.granularity_ns));
    if (key == "compare_time_offset_seconds") {
      return known(read_seconds(member, path, out.compare_ns));
    }
    if (key == "calculated_fields") {
      return known(read_presence(member, path, out.has_calculated_fields));
    }
    std::string id;  // Of a query that was read back and is sent again: ignored.
    if (key == "id") return known(read(member, path, id));
    return false;
  }

  Status read_presence(const element& value, const std::string& path, bool& out) {
    if (value.is_null()) return {};
    simdjson::dom::array items;
    if (value.get(items) != simdjson::SUCCESS) return wrong_type(path, "a list");
    out = items.size() > 0;
    return {};
  }

  Status read_filter_value(const element& value, const std::string& path, FilterDocument& out) {
    if (value.is_null()) return {};
    out.has_value = true;
    out.is_list = value.is_array();
    if (!out.is_list) return read_scalar(value, path, out.values.emplace_back());
    // Named: what a simdjson_result gives lives no longer than it.
    const simdjson::dom::array items = value.get_array().value_unsafe();
    for (const element item : items) {
      TRACERY_TRY(read_scalar(item, path, out.values.emplace_back()));
    }
    return {};
  }

  Status read_scalar(const element& value, const std::string& path, model::Value& out) {
    switch (value.type()) {
      case element_type::STRING: out = std::string(value.get_string().value_unsafe()); return {};
      case element_type::BOOL: out = value.get_bool().value_unsafe(); return {};
      case element_type::INT64: out = value.get_int64().value_unsafe(); return {};
      case element_type::UINT64:
        out = static_cast<double>(value.get_uint64().value_unsafe());
        return {};
      case element_type::DOUBLE: out = value.get_double().value_unsafe(); return {};
      default: return wrong_type(path, "a string, a number or a boolean");
    }
  }

  Error wrong_type(const std::string& path, std::string_view expected) {
    const std::string name = path.empty() ? "query" : path;
    return invalid(problem_, path, "incorrect_type", name + " must be " + std::string(expected));
  }

  FieldProblem& problem_;
};

}  // namespace

Error invalid(FieldProblem& problem, std::string field, std::string_view code,
              std::string description) {
  problem = {std::move(field), std::string(code), std::move(description)};
  return Error{ErrorCode::kInvalid, problem.description};
}

Result<QueryDocument> read_query_document(std::string_view json, FieldProblem& problem) {
  simdjson::dom::parser parser;
  element root;
  const auto error = parser.parse(json.data(), json.size()).get(root);
  if (error != simdjson::SUCCESS || !root.is_object()) {
    return Error{ErrorCode::kMalformed, "could not parse request body"};
  }
  QueryDocument document;
  TRACERY_TRY(Reader(problem).read(root, document));
  return document;
}

}  // namespace tracery::honeycomb
