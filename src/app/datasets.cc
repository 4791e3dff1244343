// SPDX-License-Identifier: Apache-2.0
#include "app/datasets.h"

#include <algorithm>

#include "app/random_id.h"
#include "protocols/honeycomb/names.h"

namespace tracery::app {
namespace {

const std::string kSelectDataset =
    "SELECT slug, name, description, expand_json_depth, delete_protected, created_ns FROM dataset ";
const std::string kSelectColumn =
    "SELECT id, key_name, type, description, hidden, created_ns, updated_ns FROM dataset_column ";

Error dataset_not_found() { return {ErrorCode::kNotFound, "Dataset not found"}; }
Error column_not_found() { return {ErrorCode::kNotFound, "Column not found"}; }

Dataset read_dataset(const Database::Row& row) {
  Dataset dataset;
  dataset.slug = text_of(row[0]);
  dataset.name = text_of(row[1]);
  dataset.description = text_of(row[2]);
  dataset.expand_json_depth = int_of(row[3]);
  dataset.delete_protected = int_of(row[4]) != 0;
  dataset.created_ns = int_of(row[5]);
  return dataset;
}

Column read_column(const Database::Row& row) {
  Column column;
  column.id = text_of(row[0]);
  column.key_name = text_of(row[1]);
  column.type = text_of(row[2]);
  column.description = text_of(row[3]);
  column.hidden = int_of(row[4]) != 0;
  column.created_ns = int_of(row[5]);
  column.updated_ns = int_of(row[6]);
  return column;
}

/// The type a column is shown as: the widest of what was stored in it.
std::string type_of(const store::ColumnInfo& info) {
  using store::StreamType;
  const bool is_text =
      info.has(StreamType::kString) || info.has(StreamType::kId8) || info.has(StreamType::kId16);
  if (is_text) return "string";
  if (info.has(StreamType::kDouble)) return "float";
  if (info.has(StreamType::kInt)) return "integer";
  return "boolean";
}

void add_stored_facts(Dataset& dataset, const store::Catalogue& catalogue) {
  std::set<std::string_view> columns;
  for (const auto& [name, info] : catalogue.datasets) {
    if (honeycomb::dataset_slug(name) != dataset.slug || info.rows == 0) continue;
    dataset.events += info.rows;
    dataset.last_written_ns = std::max(dataset.last_written_ns.value_or(0), info.last_written_ns);
    dataset.min_time_ns =
        std::min(dataset.min_time_ns.value_or(info.min_time_ns), info.min_time_ns);
    dataset.max_time_ns =
        std::max(dataset.max_time_ns.value_or(info.max_time_ns), info.max_time_ns);
    for (const auto& [column, unused] : info.columns) columns.insert(column);
  }
  dataset.columns = columns.size();
}

Database::Values change_values(const DatasetChange& change) {
  Database::Values values(3);
  if (change.description) values[0] = *change.description;
  if (change.expand_json_depth) values[1] = *change.expand_json_depth;
  if (change.delete_protected) values[2] = *change.delete_protected;
  return values;
}

}  // namespace

Datasets::Datasets(Database& database, const Clock& clock, TakeSnapshot snapshot,
                   RemoveStored remove_stored)
    : database_(database),
      clock_(clock),
      snapshot_(std::move(snapshot)),
      remove_stored_(std::move(remove_stored)) {}

Status Datasets::adopt_stored_datasets(const store::Catalogue& catalogue) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, info] : catalogue.datasets) {
    const std::string slug = honeycomb::dataset_slug(name);
    if (known_.contains(slug)) continue;
    TRACERY_TRY(
        database_.run("INSERT INTO dataset(slug, name, created_ns) VALUES(?1,?2,?3) "
                      "ON CONFLICT(slug) DO NOTHING",
                      {slug, name, info.first_written_ns}));
    known_.insert(slug);
  }
  return {};
}

Result<std::vector<Dataset>> Datasets::list() {
  const auto catalogue = snapshot_()->catalogue;
  TRACERY_TRY(adopt_stored_datasets(*catalogue));
  const auto rows = TRACERY_TRY(database_.run(kSelectDataset + "ORDER BY slug"));
  std::vector<Dataset> datasets;
  for (const auto& row : rows) {
    datasets.push_back(read_dataset(row));
    add_stored_facts(datasets.back(), *catalogue);
  }
  return datasets;
}

Result<Dataset> Datasets::find(std::string_view name) {
  const auto catalogue = snapshot_()->catalogue;
  TRACERY_TRY(adopt_stored_datasets(*catalogue));
  const auto rows = TRACERY_TRY(
      database_.run(kSelectDataset + "WHERE slug = ?", {honeycomb::dataset_slug(name)}));
  if (rows.empty()) return dataset_not_found();
  Dataset dataset = read_dataset(rows.front());
  add_stored_facts(dataset, *catalogue);
  return dataset;
}

Result<Datasets::Created> Datasets::create(const std::string& name, const DatasetChange& settings) {
  auto existing = find(name);
  if (existing.ok()) return Created{*std::move(existing), false};
  Database::Values values{honeycomb::dataset_slug(name), name, clock_.now_ns()};
  for (auto& value : change_values(settings)) values.push_back(std::move(value));
  TRACERY_TRY(database_.run(
      "INSERT INTO dataset(slug, name, created_ns, description, expand_json_depth, "
      "delete_protected) VALUES(?1,?2,?3,coalesce(?4,''),coalesce(?5,0),coalesce(?6,1)) "
      "ON CONFLICT(slug) DO NOTHING",
      values));
  forget_settings();
  return Created{TRACERY_TRY(find(name)), true};
}

Result<Dataset> Datasets::change(std::string_view name, const DatasetChange& change) {
  const Dataset dataset = TRACERY_TRY(find(name));
  Database::Values values = change_values(change);
  values.emplace_back(dataset.slug);
  TRACERY_TRY(
      database_.run("UPDATE dataset SET description = coalesce(?1, description), "
                    "expand_json_depth = coalesce(?2, expand_json_depth), "
                    "delete_protected = coalesce(?3, delete_protected) WHERE slug = ?4",
                    values));
  forget_settings();
  return find(name);
}

unsigned Datasets::expand_json_depth(std::string_view name) {
  const std::lock_guard lock(mutex_);
  if (!expand_depths_) {
    const auto rows =
        database_.run("SELECT slug, expand_json_depth FROM dataset WHERE expand_json_depth > 0");
    if (!rows.ok()) return 0;
    expand_depths_.emplace();
    for (const auto& row : *rows) {
      expand_depths_->emplace(text_of(row[0]), static_cast<unsigned>(int_of(row[1])));
    }
  }
  if (expand_depths_->empty()) return 0;
  const auto found = expand_depths_->find(honeycomb::dataset_slug(name));
  return found == expand_depths_->end() ? 0 : found->second;
}

void Datasets::forget_settings() {
  const std::lock_guard lock(mutex_);
  expand_depths_.reset();
}

Status Datasets::remove(std::string_view name) {
  const Dataset dataset = TRACERY_TRY(find(name));
  if (dataset.delete_protected) {
    return Error{ErrorCode::kConflict, "Dataset is protected from deletion"};
  }
  TRACERY_TRY(remove_stored_(stored_names(dataset.slug)));
  const auto forget = [&]() -> Status {
    TRACERY_TRY(database_.run("DELETE FROM dataset WHERE slug = ?", {dataset.slug}));
    TRACERY_TRY(database_.run("DELETE FROM dataset_column WHERE dataset_slug = ?", {dataset.slug}));
    const std::lock_guard lock(mutex_);
    known_.clear();
    return {};
  };
  TRACERY_TRY(database_.in_transaction(forget));
  forget_settings();
  return {};
}

std::vector<std::string> Datasets::stored_names(std::string_view dataset) {
  std::vector<std::string> names;
  if (dataset == kAllDatasets) return names;
  const std::string slug = honeycomb::dataset_slug(dataset);
  for (const auto& [name, info] : snapshot_()->catalogue->datasets) {
    if (honeycomb::dataset_slug(name) == slug) names.push_back(name);
  }
  // A name nothing was stored under must not read as "every dataset".
  if (names.empty()) names.emplace_back(dataset);
  return names;
}

Status Datasets::adopt_stored_columns(const std::string& slug, const store::Catalogue& catalogue) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, info] : catalogue.datasets) {
    if (honeycomb::dataset_slug(name) != slug) continue;
    for (const auto& [column, facts] : info.columns) {
      const std::string key = slug + '/' + column;
      if (known_.contains(key)) continue;
      TRACERY_TRY(database_.run(
          "INSERT INTO dataset_column(id, dataset_slug, key_name, type, created_ns, updated_ns) "
          "VALUES(?,?,?,?,?,?) ON CONFLICT(dataset_slug, key_name) DO NOTHING",
          {random_base62(), slug, column, type_of(facts), facts.first_written_ns,
           facts.first_written_ns}));
      known_.insert(key);
    }
  }
  return {};
}

Result<std::vector<Column>> Datasets::columns(std::string_view dataset) {
  const auto catalogue = snapshot_()->catalogue;
  std::vector<std::string> slugs;
  if (dataset == kAllDatasets) {
    for (const Dataset& each : TRACERY_TRY(list())) slugs.push_back(each.slug);
  } else {
    slugs.push_back(TRACERY_TRY(find(dataset)).slug);
  }
  std::map<std::string, Column> by_name;
  for (const std::string& slug : slugs) {
    TRACERY_TRY(database_.in_transaction([&] { return adopt_stored_columns(slug, *catalogue); }));
    const auto rows = TRACERY_TRY(
        database_.run(kSelectColumn + "WHERE dataset_slug = ? ORDER BY key_name", {slug}));
    for (const auto& row : rows) {
      Column column = read_column(row);
      by_name.try_emplace(column.key_name, std::move(column));
    }
  }
  for (const auto& [name, info] : catalogue->datasets) {
    if (std::find(slugs.begin(), slugs.end(), honeycomb::dataset_slug(name)) == slugs.end())
      continue;
    for (const auto& [key, facts] : info.columns) {
      const auto found = by_name.find(key);
      if (found == by_name.end()) continue;
      auto& written = found->second.last_written_ns;
      written = std::max(written.value_or(0), facts.last_written_ns);
    }
  }
  std::vector<Column> columns;
  for (auto& [key, column] : by_name) columns.push_back(std::move(column));
  return columns;
}

Result<Column> Datasets::create_column(std::string_view dataset, const std::string& key_name,
                                       const ColumnChange& settings) {
  const std::string slug = TRACERY_TRY(find(dataset)).slug;
  const auto existing = TRACERY_TRY(columns(dataset));
  const auto same = [&](const Column& column) { return column.key_name == key_name; };
  if (std::any_of(existing.begin(), existing.end(), same)) {
    return Error{ErrorCode::kConflict, "A resource by that name already exists."};
  }
  Column column;
  column.id = random_base62();
  column.key_name = key_name;
  column.type = settings.type.value_or("string");
  column.description = settings.description.value_or("");
  column.hidden = settings.hidden.value_or(false);
  column.created_ns = column.updated_ns = clock_.now_ns();
  TRACERY_TRY(database_.run(
      "INSERT INTO dataset_column(id, dataset_slug, key_name, type, description, hidden, "
      "created_ns, updated_ns) VALUES(?,?,?,?,?,?,?,?)",
      {column.id, slug, key_name, column.type, column.description, column.hidden, column.created_ns,
       column.updated_ns}));
  return column;
}

Result<Column> Datasets::change_column(std::string_view dataset, const std::string& id,
                                       const ColumnChange& change) {
  const std::string slug = TRACERY_TRY(find(dataset)).slug;
  Database::Values values(3);
  if (change.type) values[0] = *change.type;
  if (change.description) values[1] = *change.description;
  if (change.hidden) values[2] = *change.hidden;
  values.insert(values.end(), {clock_.now_ns(), slug, id});
  const auto rows = TRACERY_TRY(database_.run(
      "UPDATE dataset_column SET type = coalesce(?1, type), "
      "description = coalesce(?2, description), hidden = coalesce(?3, hidden), updated_ns = ?4 "
      "WHERE dataset_slug = ?5 AND id = ?6 RETURNING id",
      values));
  if (rows.empty()) return column_not_found();
  for (Column& column : TRACERY_TRY(columns(dataset))) {
    if (column.id == id) return std::move(column);
  }
  return column_not_found();
}

Status Datasets::remove_column(std::string_view dataset, const std::string& id) {
  const std::string slug = TRACERY_TRY(find(dataset)).slug;
  const auto rows = TRACERY_TRY(database_.run(
      "DELETE FROM dataset_column WHERE dataset_slug = ? AND id = ? RETURNING key_name",
      {slug, id}));
  if (rows.empty()) return column_not_found();
  return {};
}

}  // namespace tracery::app
