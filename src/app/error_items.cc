// SPDX-License-Identifier: Apache-2.0
#include "app/error_items.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "app/error_counts.h"
#include "app/error_occurrence.h"
#include "base/time.h"

namespace tracery::app {
namespace {

constexpr std::int64_t kHourNs = 3600 * kNsPerSecond;
/// Everything received longer ago than this is counted, or was refused.
constexpr std::int64_t kSettledAfterNs = 600 * kNsPerSecond;
/// Rows per transaction, so that others get their turn at the database.
constexpr std::size_t kItemsPerWrite = 500;
/// Changes that come together are written together; retries wait this long too.
constexpr auto kWritePause = std::chrono::milliseconds(20);
constexpr auto kIdleStep = std::chrono::seconds(1);

Error not_found() { return {ErrorCode::kNotFound, "Item not found"}; }

}  // namespace

ErrorItems::ErrorItems(Database& database, const Clock& clock, ErrorProjects& projects,
                       const ErrorDeploys& deploys, TakeSnapshot snapshot)
    : store_(database),
      clock_(clock),
      projects_(projects),
      deploys_(deploys),
      snapshot_(std::move(snapshot)) {}

Result<std::unique_ptr<ErrorItems>> ErrorItems::open(Database& database, const Clock& clock,
                                                     ErrorProjects& projects,
                                                     const ErrorDeploys& deploys,
                                                     TakeSnapshot snapshot) {
  std::unique_ptr<ErrorItems> items(
      new ErrorItems(database, clock, projects, deploys, std::move(snapshot)));
  TRACERY_TRY(items->load());
  TRACERY_TRY(items->count_since());
  // Nothing is under way yet, so every stored occurrence is counted.
  TRACERY_TRY(items->flush());
  TRACERY_TRY(items->put_counts_aside(items->newest_id()));
  items->writer_ =
      std::jthread([raw = items.get()](const std::stop_token& stop) { raw->run(stop); });
  return items;
}

void ErrorItems::stop() {
  writer_.request_stop();
  wake_.notify_all();
  if (writer_.joinable()) writer_.join();
}

ErrorItems::~ErrorItems() {
  stop();
  // What cannot be written now is found again from the events at the next start.
  const Status flushed = flush();
  static_cast<void>(flushed);
}

// ---------------------------------------------------------------------------------- start

Status ErrorItems::load() {
  for (ErrorItem& item : TRACERY_TRY(store_.load_items())) {
    const auto project = projects_.find(item.project_id);
    if (project) item.project = project->name;
    by_counter_[{item.project_id, item.counter}] = item.id;
    auto& last = last_counter_[item.project_id];
    last = std::max(last, item.counter);
    oldest_grouping_version_ =
        std::min(oldest_grouping_version_.load(), static_cast<int>(item.grouping_version));
    keys_[item.key] = {item.merged_into != 0 ? item.merged_into : item.id, item.id, {}};
    items_.add(std::move(item));
  }
  for (const auto& [key, state] : keys_) {
    ErrorItem* item = items_.find(state.item_id);
    if (item != nullptr) item->keys.push_back(key);
  }
  for (const KeyCounts& each : TRACERY_TRY(store_.load_counts())) {
    const auto state = keys_.find(each.key);
    if (state != keys_.end()) state->second.counts = each.counts;
    newest_id_ = std::max(newest_id_, each.counts.last_id);
  }
  counted_until_ = TRACERY_TRY(store_.load_counted_until());
  return {};
}

Status ErrorItems::count_since() {
  const auto snapshot = snapshot_();
  constexpr std::int64_t kAllIds = std::numeric_limits<std::int64_t>::max();
  auto tail = TRACERY_TRY(count_occurrences(*snapshot, counted_until_, kAllIds));
  std::sort(tail.begin(), tail.end(), [](const KeyCounts& a, const KeyCounts& b) {
    return a.counts.first_id < b.counts.first_id;
  });
  TRACERY_TRY(take_tail(tail));
  items_.for_each([&](ErrorItem& item) { recount(item); });
  return count_hours(*snapshot, clock_.now_ns(), {},
                     [&](const ItemKey& key, std::int64_t hour, std::uint32_t count) {
                       const auto state = keys_.find(key);
                       if (state == keys_.end()) return;
                       ErrorItem* item = items_.find(state->second.item_id);
                       if (item != nullptr) item->hours.add(hour, count);
                     });
}

/// Adds what came since the counts were put aside; makes the items and the reactivations that a
/// kill kept from being written.
Status ErrorItems::take_tail(const std::vector<KeyCounts>& tail) {
  const auto snapshot = snapshot_();
  std::vector<std::int64_t> ids;
  for (const KeyCounts& each : tail) {
    if (!keys_.contains(each.key)) ids.push_back(each.counts.first_id);
    if (each.counts.last_id != each.counts.first_id) ids.push_back(each.counts.last_id);
  }
  std::unordered_map<std::int64_t, Occurrence> occurrences;
  for (const model::Event& event : TRACERY_TRY(read_occurrences(*snapshot, ids))) {
    if (auto occurrence = occurrence_of(event)) {
      const std::int64_t id = occurrence->id;
      occurrences.emplace(id, *std::move(occurrence));
    }
  }
  for (const KeyCounts& each : tail) {
    newest_id_ = std::max(newest_id_, each.counts.last_id);
    if (!keys_.contains(each.key)) {
      const auto first = occurrences.find(each.counts.first_id);
      if (first == occurrences.end() || make_item(first->second) == nullptr) continue;
    }
    KeyState& state = keys_[each.key];
    state.counts.add(each.counts);
    ErrorItem* item = resolve_merges(state.item_id);
    if (item == nullptr) continue;
    const auto last = occurrences.find(each.counts.last_id);
    if (last != occurrences.end()) item->last_version = last->second.version;
    const bool came_back = last != occurrences.end() &&
                           is_regression(*item, each.counts.last_id, last->second.version);
    if (!came_back) continue;
    const std::uint64_t since = TRACERY_TRY(count_after(*snapshot, each.key, item->resolved_id));
    reactivate(*item, last->second, state.counts.occurrences - since);
  }
  return {};
}

/// An item's counts are those of its keys.
void ErrorItems::recount(ErrorItem& item) {
  item.counts = {};
  for (const ItemKey& key : item.keys) item.counts.add(keys_.at(key).counts);
}

Status ErrorItems::recount_hours(std::span<ErrorItem* const> items) {
  std::vector<ItemKey> keys;
  for (ErrorItem* item : items) {
    item->hours = {};
    keys.insert(keys.end(), item->keys.begin(), item->keys.end());
  }
  return count_hours(*snapshot_(), clock_.now_ns(), keys,
                     [&](const ItemKey& key, std::int64_t hour, std::uint32_t count) {
                       items_.find(keys_.at(key).item_id)->hours.add(hour, count);
                     });
}

// ------------------------------------------------------------------------- occurrences

ErrorItem* ErrorItems::make_item(const Occurrence& occurrence) {
  const auto project = projects_.take(occurrence.project);
  if (!project.ok()) return nullptr;
  ErrorItem item;
  item.id = items_.next_id();
  item.project_id = project->id;
  item.project = occurrence.project;
  item.counter = ++last_counter_[project->id];
  item.key = occurrence.key;
  item.grouping_version = occurrence.grouping_version;
  oldest_grouping_version_ = std::min(oldest_grouping_version_.load(), occurrence.grouping_version);
  item.environment = occurrence.environment;
  item.title = occurrence.title;
  item.exception_class = occurrence.exception_class;
  item.level = occurrence.level;
  item.platform = occurrence.platform;
  item.framework = occurrence.framework;
  item.language = occurrence.language;
  item.first_version = item.last_version = occurrence.version;
  item.sources = occurrence.source;
  item.activated_ns = received_ns_of(occurrence.id);
  item.activating_id = occurrence.id;
  by_counter_[{item.project_id, item.counter}] = item.id;
  item.keys = {item.key};
  keys_[item.key] = {item.id, item.id, {}};
  ErrorItem& made = items_.add(std::move(item));
  note(made, "new", {});
  mark_dirty(made);
  return &made;
}

void ErrorItems::record(const Occurrence& occurrence) {
  const std::unique_lock lock(mutex_);
  newest_id_ = std::max(newest_id_, occurrence.id);
  const auto known = keys_.find(occurrence.key);
  Happened happened = known == keys_.end() ? Happened::kNew : Happened::kAgain;
  ErrorItem* item = known != keys_.end()           ? resolve_merges(known->second.item_id)
                    : occurrence.duplicate_of != 0 ? nullptr
                                                   : make_item(occurrence);
  if (item == nullptr) return;
  if ((item->sources | occurrence.source) != item->sources) {
    item->sources |= occurrence.source;
    mark_dirty(*item);
  }
  if (occurrence.duplicate_of != 0) return;
  const ItemCounts one{1, occurrence.id, occurrence.id};
  keys_.at(occurrence.key).counts.add(one);
  item->counts.add(one);
  item->hours.add(occurrence.time_ns / kHourNs, 1);
  if (item->last_version != occurrence.version) {
    item->last_version = occurrence.version;
    mark_dirty(*item);
  }
  if (is_regression(*item, occurrence.id, occurrence.version)) {
    reactivate(*item, occurrence, item->counts.occurrences - 1);
    happened = Happened::kReactivated;
  }
  if (observe_) observe_(*item, occurrence.id, happened);
}

bool ErrorItems::is_regression(const ErrorItem& item, std::int64_t occurrence_id,
                               const std::string& version) const {
  if (item.status != ItemStatus::kResolved || occurrence_id <= item.resolved_id) return false;
  if (item.resolved_in_version.empty()) return true;
  // Where both were deployed, their order says more than their names.
  const auto is_later =
      deploys_.is_later(item.project_id, item.environment, version, item.resolved_in_version);
  return is_later ? *is_later : is_newer_version(version, item.resolved_in_version);
}

void ErrorItems::reactivate(ErrorItem& item, const Occurrence& occurrence, std::uint64_t base) {
  item.status = ItemStatus::kActive;
  item.activated_ns = received_ns_of(occurrence.id);
  item.activating_id = occurrence.id;
  item.activation_base = base;
  ++item.reactivations;
  if (!item.title_locked) item.title = occurrence.title;
  note(item, "reactivated", {}, item.resolved_in_version);
  mark_dirty(item);
}

std::int64_t ErrorItems::newest_id() const {
  const std::shared_lock lock(mutex_);
  return newest_id_;
}

bool ErrorItems::has_key(const ItemKey& key) const {
  const std::shared_lock lock(mutex_);
  return keys_.contains(key);
}

// ------------------------------------------------------------------------------ reading

const ErrorItem* ErrorItems::resolve_merges(std::int64_t id) const {
  const ErrorItem* found = items_.find(id);
  while (found != nullptr && found->merged_into != 0) {
    found = items_.find(found->merged_into);
  }
  return found;
}

ErrorItem* ErrorItems::resolve_merges(std::int64_t id) {
  return const_cast<ErrorItem*>(std::as_const(*this).resolve_merges(id));
}

Result<ErrorItem> ErrorItems::find(std::int64_t id) const {
  const std::shared_lock lock(mutex_);
  const ErrorItem* item = resolve_merges(id);
  if (item == nullptr) return not_found();
  return *item;
}

Result<ErrorItem> ErrorItems::find_counter(std::int64_t project_id, std::int64_t counter) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_counter_.find({project_id, counter});
  const ErrorItem* item = found == by_counter_.end() ? nullptr : resolve_merges(found->second);
  if (item == nullptr) return not_found();
  return *item;
}

Result<ErrorItem> ErrorItems::find_key(const ItemKey& key) const {
  const std::shared_lock lock(mutex_);
  const auto found = keys_.find(key);
  const ErrorItem* item = found == keys_.end() ? nullptr : resolve_merges(found->second.item_id);
  if (item == nullptr) return not_found();
  return *item;
}

std::vector<ItemFingerprint> ErrorItems::fingerprints(std::int64_t id) const {
  const std::shared_lock lock(mutex_);
  std::vector<ItemFingerprint> all;
  const ErrorItem* item = resolve_merges(id);
  if (item == nullptr) return all;
  for (const ItemKey& key : item->keys) {
    const KeyState& state = keys_.at(key);
    const ErrorItem* own = items_.find(state.own_item_id);
    all.push_back({key, own == nullptr ? std::string() : own->title, state.counts.occurrences});
  }
  std::sort(all.begin(), all.end(), [](const ItemFingerprint& a, const ItemFingerprint& b) {
    return a.occurrences != b.occurrences ? a.occurrences > b.occurrences : a.key < b.key;
  });
  return all;
}

// ----------------------------------------------------------------------------- changing

void ErrorItems::note(const ErrorItem& item, std::string_view kind, const std::string& user,
                      std::string text) {
  ItemHistory entry;
  entry.item_id = item.id;
  entry.time_ns = clock_.now_ns();
  entry.kind = kind;
  entry.user = user;
  entry.version = item.resolved_in_version;
  entry.text = std::move(text);
  new_history_.push_back(std::move(entry));
}

void ErrorItems::mark_dirty(const ErrorItem& item) {
  dirty_.insert(item.id);
  const std::lock_guard lock(wake_mutex_);
  has_work_ = true;
  wake_.notify_one();
}

void ErrorItems::set_status(ErrorItem& item, const ItemChange& change, const std::string& user) {
  const ItemStatus status = *change.status;
  if (status == item.status && !change.resolved_in_version) return;
  const bool was_active = item.status == ItemStatus::kActive;
  item.status = status;
  if (status == ItemStatus::kResolved) {
    item.resolved_ns = clock_.now_ns();
    // What is on its way in was received before.
    item.resolved_id = std::max(newest_id_, first_occurrence_id_at(item.resolved_ns));
    item.resolved_in_version = change.resolved_in_version.value_or("");
  } else if (status == ItemStatus::kActive && !was_active) {
    item.activated_ns = clock_.now_ns();
    item.activating_id = item.counts.last_id;
  }
  note(item, status == ItemStatus::kActive ? "reopened" : to_string(status), user);
}

void ErrorItems::apply(ErrorItem& item, const ItemChange& change, const std::string& user) {
  if (change.status) set_status(item, change, user);
  if (change.level && *change.level != item.level) {
    item.level = *change.level;
    item.level_locked = true;
    note(item, "level", user, item.level);
  }
  if (change.title && *change.title != item.title) {
    item.title = *change.title;
    item.title_locked = true;
    note(item, "title", user, item.title);
  }
  if (change.assigned_user_id && *change.assigned_user_id != item.assigned_user_id) {
    item.assigned_user_id = *change.assigned_user_id;
    note(item, "assigned", user);
  }
  if (change.snoozed_until_ns && *change.snoozed_until_ns != item.snoozed_until_ns) {
    item.snoozed_until_ns = *change.snoozed_until_ns;
    note(item, "snoozed", user);
  }
  mark_dirty(item);
}

Result<std::vector<ErrorItem>> ErrorItems::change(std::span<const std::int64_t> ids,
                                                  const ItemChange& change,
                                                  const std::string& user) {
  std::vector<ErrorItem> changed;
  {
    const std::unique_lock lock(mutex_);
    for (const std::int64_t id : ids) {
      ErrorItem* item = resolve_merges(id);
      if (item == nullptr) return not_found();
      apply(*item, change, user);
      changed.push_back(*item);
    }
  }
  TRACERY_TRY(flush());
  return changed;
}

Result<ErrorItem> ErrorItems::merge(std::int64_t into, std::span<const std::int64_t> ids,
                                    const std::string& user) {
  ErrorItem merged;
  {
    const std::unique_lock lock(mutex_);
    ErrorItem* target = resolve_merges(into);
    if (target == nullptr) return not_found();
    std::vector<ErrorItem*> sources;
    for (const std::int64_t id : ids) {
      ErrorItem* source = resolve_merges(id);
      if (source == nullptr) return not_found();
      if (source->project_id != target->project_id) {
        return Error{ErrorCode::kInvalid, "items of different projects cannot be merged"};
      }
      if (source != target) sources.push_back(source);
    }
    for (ErrorItem* source : sources) {
      for (const ItemKey& key : source->keys) {
        KeyState& state = keys_.at(key);
        state.item_id = target->id;
        target->keys.push_back(key);
        ErrorItem& own = *items_.find(state.own_item_id);
        own.merged_into = target->id;
        mark_dirty(own);
      }
      source->keys.clear();
      target->activation_base += source->activation_base;
      target->sources |= source->sources;
      note(*target, "merged", user, source->title);
    }
    mark_dirty(*target);
    recount(*target);
    TRACERY_TRY(recount_hours({&target, 1}));
    merged = *target;
  }
  TRACERY_TRY(flush());
  return merged;
}

Result<std::vector<ErrorItem>> ErrorItems::split(std::int64_t id, std::span<const ItemKey> keys,
                                                 const std::string& user) {
  std::vector<ErrorItem> result;
  {
    const std::unique_lock lock(mutex_);
    ErrorItem* from = resolve_merges(id);
    if (from == nullptr) return not_found();
    std::vector<ErrorItem*> touched = {from};
    for (const ItemKey& key : keys) {
      const auto state = keys_.find(key);
      const bool is_here = state != keys_.end() && state->second.item_id == from->id &&
                           state->second.own_item_id != from->id;
      if (!is_here) return Error{ErrorCode::kInvalid, "a fingerprint did not come by a merge"};
    }
    for (const ItemKey& key : keys) {
      KeyState& state = keys_.at(key);
      ErrorItem& own = *items_.find(state.own_item_id);
      state.item_id = own.id;
      own.keys.push_back(key);
      std::erase(from->keys, key);
      own.merged_into = 0;
      from->activation_base -= std::min(from->activation_base, own.activation_base);
      note(own, "split", user, from->title);
      mark_dirty(own);
      touched.push_back(&own);
    }
    mark_dirty(*from);
    for (ErrorItem* item : touched) recount(*item);
    TRACERY_TRY(recount_hours(touched));
    for (const ErrorItem* item : touched) result.push_back(*item);
  }
  TRACERY_TRY(flush());
  return result;
}

Result<std::vector<ItemHistory>> ErrorItems::history(std::int64_t id) {
  TRACERY_TRY(flush());
  return store_.load_history(id);
}

Result<ItemHistory> ErrorItems::add_note(std::int64_t id, const std::string& user,
                                         const std::string& text) {
  ItemHistory entry;
  {
    const std::unique_lock lock(mutex_);
    ErrorItem* item = resolve_merges(id);
    if (item == nullptr) return not_found();
    ++item->notes;
    entry.item_id = item->id;
  }
  entry.time_ns = clock_.now_ns();
  entry.kind = "note";
  entry.user = user;
  entry.text = text;
  entry.id = TRACERY_TRY(store_.add_history(entry));
  return entry;
}

Status ErrorItems::remove_note(std::int64_t id, std::int64_t note) {
  TRACERY_TRY(store_.remove_note(id, note));
  const std::unique_lock lock(mutex_);
  if (ErrorItem* item = resolve_merges(id)) --item->notes;
  return {};
}

Result<std::vector<std::int64_t>> ErrorItems::activations(std::int64_t project_id,
                                                          std::int64_t from_ns) {
  TRACERY_TRY(flush());
  return store_.load_activations(project_id, from_ns);
}

void ErrorItems::remove_project(std::int64_t project_id) {
  const std::unique_lock lock(mutex_);
  std::erase_if(keys_, [&](const auto& entry) {
    const ErrorItem* item = items_.find(entry.second.own_item_id);
    return item != nullptr && item->project_id == project_id;
  });
  items_.for_each([&](const ErrorItem& item) {
    if (item.project_id != project_id) return;
    dirty_.erase(item.id);
    items_.remove(item.id);
  });
  std::erase_if(by_counter_, [&](const auto& entry) { return entry.first.first == project_id; });
  last_counter_.erase(project_id);
}

// ------------------------------------------------------------------------------ writing

Status ErrorItems::flush() {
  const std::lock_guard write_lock(write_mutex_);
  for (;;) {
    ErrorItemStore::Changes changes;
    {
      const std::unique_lock lock(mutex_);
      while (!dirty_.empty() && changes.items.size() < kItemsPerWrite) {
        const ErrorItem* item = items_.find(*dirty_.begin());
        if (item != nullptr) changes.items.push_back(*item);
        dirty_.erase(dirty_.begin());
      }
      changes.history.swap(new_history_);
    }
    if (changes.items.empty() && changes.history.empty()) return {};
    Status saved = store_.save(changes);
    if (saved.ok()) continue;
    const std::unique_lock lock(mutex_);
    for (const ErrorItem& item : changes.items) dirty_.insert(item.id);
    new_history_.insert(new_history_.begin(), changes.history.begin(), changes.history.end());
    return saved;
  }
}

Status ErrorItems::put_counts_aside(std::int64_t until_id) {
  const std::lock_guard write_lock(write_mutex_);
  put_aside_ns_ = clock_.now_ns();
  if (until_id <= counted_until_) return {};
  const auto tail = TRACERY_TRY(count_occurrences(*snapshot_(), counted_until_, until_id));
  std::unordered_map<ItemKey, ItemCounts, ItemKeyHash> kept;
  for (const KeyCounts& each : TRACERY_TRY(store_.load_counts())) kept[each.key] = each.counts;
  std::vector<KeyCounts> counts;
  for (const KeyCounts& each : tail) {
    KeyCounts sum{each.key, kept[each.key]};
    sum.counts.add(each.counts);
    counts.push_back(sum);
  }
  TRACERY_TRY(store_.save_counts(counts, until_id));
  counted_until_ = until_id;
  return {};
}

void ErrorItems::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(wake_mutex_);
      wake_.wait_for(lock, stop, kIdleStep, [&] { return has_work_; });
      has_work_ = false;
    }
    if (stop.stop_requested()) return;
    std::this_thread::sleep_for(kWritePause);
    const Status flushed = flush();
    const std::int64_t now_ns = clock_.now_ns();
    if (now_ns - put_aside_ns_ > kHourNs) {
      const Status aside = put_counts_aside(first_occurrence_id_at(now_ns - kSettledAfterNs));
      static_cast<void>(aside);
    }
    if (!flushed.ok()) {
      const std::lock_guard lock(wake_mutex_);
      has_work_ = true;
    }
  }
}

}  // namespace tracery::app
