// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "api/logs_call.h"
#include "app/log_insights.h"
#include "app/logs.h"
#include "protocols/cwlogs/limits.h"
#include "protocols/cwlogs/lookup_table.h"

namespace tracery::api {
namespace {

using nlohmann::json;

constexpr std::size_t kBodyMax = 10 << 20;

AwsError not_found() {
  return {400, "ResourceNotFoundException", "The specified lookup table does not exist.", {}};
}

Status check_name(const std::string& name) {
  TRACERY_TRY(cwlogs::check_length(name, "lookupTableName", 1, 256));
  const bool is_word = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (is_word) return {};
  return Error{ErrorCode::kInvalid,
               "1 validation error detected: Value '" + name +
                   "' at 'lookupTableName' failed to satisfy constraint: Member must satisfy "
                   "regular expression pattern: ^[a-zA-Z0-9_]+$"};
}

std::string arn_of(const LogsCall& call, const std::string& name) {
  return call.arn("lookup-table:" + name);
}

/// The table's name at the end of an ARN.
Result<std::string> name_of_arn(const LogsCall& call) {
  const std::string arn = TRACERY_TRY(required_text(call.input, "lookupTableArn"));
  return arn.substr(arn.rfind(':') + 1);
}

/// The rows that a query found, as CSV.
Result<std::string> csv_of_query(const LogsCall& call, const std::string& id) {
  const auto view = call.logs().insights->find(id);
  if (view == nullptr) return Error{ErrorCode::kNotFound, "Query does not exist."};
  if (view->rows == nullptr) {
    return Error{ErrorCode::kForbidden, "The query has no results to make a table of."};
  }
  const std::size_t columns = view->columns.size() - (view->rows_are_events ? 1 : 0);
  std::string csv = cwlogs::csv_line(std::span(view->columns).first(columns));
  for (const cwlogs::InsightsRow& row : *view->rows) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < columns; ++i) cells.push_back(row[i].value_or(""));
    csv += cwlogs::csv_line(cells);
  }
  return csv;
}

/// What `tableBody` or `queryId` makes of the document so far.
Result<json> read_table(const LogsCall& call, json document) {
  const std::string query = text_of(call.input, "queryId");
  if (query.empty() != call.input.contains("tableBody")) {
    return Error{ErrorCode::kForbidden, "Specify either tableBody or queryId, but not both."};
  }
  const std::string csv = query.empty() ? TRACERY_TRY(required_text(call.input, "tableBody"))
                                        : TRACERY_TRY(csv_of_query(call, query));
  TRACERY_TRY(cwlogs::check_length(csv, "tableBody", 1, kBodyMax));
  const auto table = cwlogs::parse_lookup_table(csv);
  if (!table.ok()) return Error{ErrorCode::kForbidden, "Invalid CSV: " + table.error().message};
  document["tableBody"] = csv;
  document["tableFields"] = table->fields;
  document["recordsCount"] = table->rows.size();
  document["sizeBytes"] = csv.size();
  for (const char* member : {"description", "kmsKeyId"}) {
    if (call.input.contains(member)) document[member] = call.input.at(member);
  }
  return document;
}

json table_json(const LogsCall& call, const app::LogDocument& document) {
  json table = json::parse(document.body);
  table["lookupTableArn"] = arn_of(call, document.name);
  table["lookupTableName"] = document.name;
  table["lastUpdatedTime"] = document.updated_ms;
  return table;
}

LogsAnswer create_table(const LogsCall& call) {
  constexpr std::size_t kTablesMax = 100;
  const std::string name = TRACERY_TRY(required_text(call.input, "lookupTableName"));
  TRACERY_TRY(check_name(name));
  app::LogDocuments& documents = call.logs().documents;
  if (TRACERY_TRY(documents.find(app::kLookupTables, "", name))) {
    return AwsError{
        400, "ResourceAlreadyExistsException", "The specified lookup table already exists", {}};
  }
  if (TRACERY_TRY(documents.list(app::kLookupTables)).size() >= kTablesMax) {
    return AwsError{400, "LimitExceededException", "Resource limit exceeded.", {}};
  }
  const json body = TRACERY_TRY(read_table(call, json::object()));
  const auto stored = TRACERY_TRY(documents.put(app::kLookupTables, "", name, body.dump()));
  const auto tags = call.input.find("tags");
  if (tags != call.input.end() && tags->is_object()) {
    TRACERY_TRY(documents.put("tags", arn_of(call, name), "", tags->dump()));
  }
  return json{{"lookupTableArn", arn_of(call, name)}, {"createdAt", stored.created_ms}}.dump();
}

LogsAnswer update_table(const LogsCall& call) {
  const std::string name = TRACERY_TRY(name_of_arn(call));
  app::LogDocuments& documents = call.logs().documents;
  const auto existing = TRACERY_TRY(documents.find(app::kLookupTables, "", name));
  if (!existing) return not_found();
  const json body = TRACERY_TRY(read_table(call, json::parse(existing->body)));
  const auto stored = TRACERY_TRY(documents.put(app::kLookupTables, "", name, body.dump()));
  return json{{"lookupTableArn", arn_of(call, name)}, {"lastUpdatedTime", stored.updated_ms}}
      .dump();
}

LogsAnswer get_table(const LogsCall& call) {
  const std::string name = TRACERY_TRY(name_of_arn(call));
  const auto found = TRACERY_TRY(call.logs().documents.find(app::kLookupTables, "", name));
  if (!found) return not_found();
  json table = table_json(call, *found);
  table.erase("tableFields");
  table.erase("recordsCount");
  return table.dump();
}

LogsAnswer describe_tables(const LogsCall& call) {
  constexpr std::size_t kPageMax = 100;
  const std::string prefix = text_of(call.input, "lookupTableNamePrefix");
  const std::size_t limit = TRACERY_TRY(limit_of(call.input, kPageMax, kPageMax, "maxResults"));
  auto tables = TRACERY_TRY(call.logs().documents.list(app::kLookupTables));
  std::erase_if(tables, [&](const auto& each) { return !each.name.starts_with(prefix); });
  std::vector<std::string> keys;
  for (const app::LogDocument& each : tables) keys.push_back(each.name);
  const ListPage page = page_of(call.input, keys, limit);
  json answer = {{"lookupTables", json::array()}};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    json table = table_json(call, tables[i]);
    table.erase("tableBody");
    answer["lookupTables"].push_back(std::move(table));
  }
  if (!page.next.empty()) answer["nextToken"] = page.next;
  return answer.dump();
}

LogsAnswer delete_table(const LogsCall& call) {
  const std::string name = TRACERY_TRY(name_of_arn(call));
  app::LogDocuments& documents = call.logs().documents;
  if (!TRACERY_TRY(documents.remove(app::kLookupTables, "", name))) return not_found();
  TRACERY_TRY(documents.remove_scope(arn_of(call, name)));
  return std::string();
}

}  // namespace

std::span<const LogsOperation> logs_lookup_table_operations() {
  static constexpr std::array kOperations = {
      LogsOperation{"CreateLookupTable", create_table},
      LogsOperation{"UpdateLookupTable", update_table},
      LogsOperation{"GetLookupTable", get_table},
      LogsOperation{"DescribeLookupTables", describe_tables},
      LogsOperation{"DeleteLookupTable", delete_table},
  };
  return kOperations;
}

}  // namespace tracery::api
