// SPDX-License-Identifier: Apache-2.0
#include "app/error_item_store.h"

#include <utility>

#include "base/hex.h"

namespace tracery::app {
namespace {

constexpr const char* kItemColumns =
    "id, project_id, counter, item_key, grouping_version, environment, title, exception_class, "
    "level, platform, framework, language, first_version, last_version, sources, status, "
    "title_locked, level_locked, assigned_user_id, resolved_in_version, resolved_ns, resolved_id, "
    "activated_ns, activating_id, activation_base, reactivations, snoozed_until_ns, merged_into";

/// Reads the cells of a row one after another.
class RowReader {
 public:
  explicit RowReader(const Database::Row& row) : row_(row) {}
  std::string text() { return text_of(row_.at(next_++)); }
  std::int64_t number() { return int_of(row_.at(next_++)); }
  ItemKey key() {
    ItemKey key{};
    from_hex(text(), key);
    return key;
  }

 private:
  const Database::Row& row_;
  std::size_t next_ = 0;
};

ErrorItem read_item(const Database::Row& row) {
  RowReader read(row);
  ErrorItem item;
  item.id = read.number();
  item.project_id = read.number();
  item.counter = read.number();
  item.key = read.key();
  item.grouping_version = read.number();
  item.environment = read.text();
  item.title = read.text();
  item.exception_class = read.text();
  item.level = read.text();
  item.platform = read.text();
  item.framework = read.text();
  item.language = read.text();
  item.first_version = read.text();
  item.last_version = read.text();
  item.sources = static_cast<std::uint8_t>(read.number());
  item.status = parse_item_status(read.text()).value_or(ItemStatus::kActive);
  item.title_locked = read.number() != 0;
  item.level_locked = read.number() != 0;
  item.assigned_user_id = read.number();
  item.resolved_in_version = read.text();
  item.resolved_ns = read.number();
  item.resolved_id = read.number();
  item.activated_ns = read.number();
  item.activating_id = read.number();
  item.activation_base = static_cast<std::uint64_t>(read.number());
  item.reactivations = read.number();
  item.snoozed_until_ns = read.number();
  item.merged_into = read.number();
  item.notes = read.number();
  return item;
}

ItemHistory read_history(const Database::Row& row) {
  RowReader read(row);
  ItemHistory entry;
  entry.id = read.number();
  entry.item_id = read.number();
  entry.time_ns = read.number();
  entry.kind = read.text();
  entry.user = read.text();
  entry.version = read.text();
  entry.text = read.text();
  return entry;
}

}  // namespace

Result<std::vector<ErrorItem>> ErrorItemStore::load_items() {
  const auto rows = TRACERY_TRY(
      database_.run("SELECT " + std::string(kItemColumns) +
                    ", (SELECT count(*) FROM error_history WHERE item_id = error_item.id "
                    "AND kind = 'note') FROM error_item"));
  std::vector<ErrorItem> items;
  items.reserve(rows.size());
  for (const auto& row : rows) items.push_back(read_item(row));
  return items;
}

Result<std::vector<KeyCounts>> ErrorItemStore::load_counts() {
  std::vector<KeyCounts> counts;
  for (const auto& row : TRACERY_TRY(
           database_.run("SELECT item_key, occurrences, first_id, last_id FROM error_count"))) {
    RowReader read(row);
    KeyCounts& each = counts.emplace_back();
    each.key = read.key();
    each.counts.occurrences = static_cast<std::uint64_t>(read.number());
    each.counts.first_id = read.number();
    each.counts.last_id = read.number();
  }
  return counts;
}

Result<std::int64_t> ErrorItemStore::load_counted_until() {
  const auto rows = TRACERY_TRY(database_.run("SELECT id FROM error_counted_until"));
  return rows.empty() ? 0 : int_of(rows[0].at(0));
}

Status ErrorItemStore::save_item(const ErrorItem& item) {
  std::string places = "?";
  constexpr int kColumns = 28;
  for (int i = 1; i < kColumns; ++i) places += ",?";
  // Not REPLACE: that would delete the row first, and with it what refers to it.
  std::string updates;
  std::string_view columns = kItemColumns;
  while (!columns.empty()) {
    const std::size_t comma = std::min(columns.find(", "), columns.size());
    const std::string name(columns.substr(0, comma));
    columns.remove_prefix(std::min(comma + 2, columns.size()));
    if (name != "id")
      updates.append(updates.empty() ? "" : ", ").append(name + "=excluded." + name);
  }
  TRACERY_TRY(database_.run("INSERT INTO error_item(" + std::string(kItemColumns) + ") VALUES(" +
                                places + ") ON CONFLICT(id) DO UPDATE SET " + updates,
                            {item.id,
                             item.project_id,
                             item.counter,
                             to_hex(item.key),
                             item.grouping_version,
                             item.environment,
                             item.title,
                             item.exception_class,
                             item.level,
                             item.platform,
                             item.framework,
                             item.language,
                             item.first_version,
                             item.last_version,
                             std::int64_t{item.sources},
                             std::string(to_string(item.status)),
                             item.title_locked,
                             item.level_locked,
                             item.assigned_user_id,
                             item.resolved_in_version,
                             item.resolved_ns,
                             item.resolved_id,
                             item.activated_ns,
                             item.activating_id,
                             static_cast<std::int64_t>(item.activation_base),
                             item.reactivations,
                             item.snoozed_until_ns,
                             item.merged_into}));
  return {};
}

Status ErrorItemStore::save(const Changes& changes) {
  return database_.in_transaction([&]() -> Status {
    for (const ErrorItem& item : changes.items) TRACERY_TRY(save_item(item));
    for (const ItemHistory& entry : changes.history) TRACERY_TRY(add_history(entry));
    return {};
  });
}

Status ErrorItemStore::save_counts(const std::vector<KeyCounts>& counts,
                                   std::int64_t counted_until) {
  return database_.in_transaction([&]() -> Status {
    for (const KeyCounts& each : counts) {
      TRACERY_TRY(database_.run(
          "INSERT OR REPLACE INTO error_count(item_key, occurrences, first_id, last_id) "
          "VALUES(?,?,?,?)",
          {to_hex(each.key), static_cast<std::int64_t>(each.counts.occurrences),
           each.counts.first_id, each.counts.last_id}));
    }
    TRACERY_TRY(database_.run("INSERT OR REPLACE INTO error_counted_until(one, id) VALUES(1,?)",
                              {counted_until}));
    return {};
  });
}

Result<std::vector<ItemHistory>> ErrorItemStore::load_history(std::int64_t item_id) {
  const auto rows = TRACERY_TRY(
      database_.run("SELECT id, item_id, time_ns, kind, user, version, text FROM error_history "
                    "WHERE item_id = ? ORDER BY id DESC",
                    {item_id}));
  std::vector<ItemHistory> history;
  for (const auto& row : rows) history.push_back(read_history(row));
  return history;
}

Result<std::vector<std::int64_t>> ErrorItemStore::load_activations(std::int64_t project_id,
                                                                   std::int64_t from_ns) {
  const auto rows = TRACERY_TRY(database_.run(
      "SELECT time_ns FROM error_history JOIN error_item ON error_item.id = item_id "
      "WHERE kind IN ('new', 'reactivated', 'reopened') AND time_ns >= ? AND project_id = ?",
      {from_ns, project_id}));
  std::vector<std::int64_t> times;
  for (const auto& row : rows) times.push_back(int_of(row.at(0)));
  return times;
}

Result<std::int64_t> ErrorItemStore::add_history(const ItemHistory& entry) {
  const auto rows = TRACERY_TRY(database_.run(
      "INSERT INTO error_history(item_id, time_ns, kind, user, version, text) "
      "VALUES(?,?,?,?,?,?) RETURNING id",
      {entry.item_id, entry.time_ns, entry.kind, entry.user, entry.version, entry.text}));
  return int_of(rows.at(0).at(0));
}

Status ErrorItemStore::remove_note(std::int64_t item_id, std::int64_t note) {
  const auto rows = TRACERY_TRY(
      database_.run("DELETE FROM error_history WHERE id = ? AND item_id = ? AND kind = 'note' "
                    "RETURNING id",
                    {note, item_id}));
  if (rows.empty()) return Error{ErrorCode::kNotFound, "Note not found"};
  return {};
}

}  // namespace tracery::app
