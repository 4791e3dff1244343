// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "app/database.h"
#include "app/error_deploys.h"
#include "app/error_item.h"
#include "app/error_item_store.h"
#include "app/error_projects.h"
#include "app/item_table.h"
#include "base/clock.h"
#include "base/result.h"
#include "store/row_source.h"

namespace tracery::app {

struct ItemKeyHash {
  std::size_t operator()(const ItemKey& key) const {
    std::size_t hash = 0;
    static_assert(sizeof hash <= std::tuple_size_v<ItemKey>);
    std::copy_n(key.data(), sizeof hash, reinterpret_cast<unsigned char*>(&hash));
    return hash;
  }
};
using ItemKeySet = std::unordered_set<ItemKey, ItemKeyHash>;

enum class ItemSort : std::uint8_t { kLastSeen, kFirstSeen, kOccurrences, kLevel, kTitle };

/// Which items to list. An empty list means all.
struct ItemQuery {
  std::vector<ItemStatus> statuses;
  std::vector<std::string> levels, environments, frameworks, projects;
  std::vector<std::int64_t> ids;
  std::int64_t counter = 0;                      ///< 0: any.
  std::optional<std::int64_t> assigned_user_id;  ///< 0: items nobody has.
  std::optional<bool> snoozed;
  /// All must stand in the title, the class or the environment, case ignored; or have an
  /// occurrence among those of `keys_by_word`, which has an entry for each word.
  std::vector<std::string> words;
  std::vector<ItemKeySet> keys_by_word;
  std::int64_t seen_from_ns = 0, seen_to_ns = 0;  ///< Of the last occurrence; 0: any time.
  ItemSort sort = ItemSort::kLastSeen;
  bool ascending = false;
  std::size_t skip = 0, limit = 100;
};

/// Counts of the values of one property, over the query's other filters.
using ItemFacet = std::map<std::string, std::uint64_t, std::less<>>;

struct ItemPage {
  std::vector<ErrorItem> items;
  std::uint64_t matched = 0;
  ItemFacet statuses, levels, environments, frameworks, projects;
};

/// What people change of an item; what is not set stays.
struct ItemChange {
  std::optional<ItemStatus> status;
  std::optional<std::string> resolved_in_version, title, level;
  std::optional<std::int64_t> assigned_user_id, snoozed_until_ns;
};

/// A fingerprint of an item: more than one after a merge.
struct ItemFingerprint {
  ItemKey key{};
  std::string title;  ///< Of the item it made.
  std::uint64_t occurrences = 0;
};

/// The errors inbox. Facts that people change are in SQLite, written behind for what occurrences
/// change; counts are worked out from the event store and kept here (docs/wire/rollbar.md,
/// "Counts"). Grouping an occurrence is one look-up. Thread-safe.
class ErrorItems {
 public:
  using TakeSnapshot = std::function<std::shared_ptr<const store::Snapshot>()>;

  /// Reads what was kept, counts the events since, and heals what a kill left undone.
  static Result<std::unique_ptr<ErrorItems>> open(Database& database, const Clock& clock,
                                                  ErrorProjects& projects,
                                                  const ErrorDeploys& deploys,
                                                  TakeSnapshot snapshot);
  /// Writes what is left to write.
  ~ErrorItems();
  /// Ends the thread that writes; takes no snapshot afterwards.
  void stop();

  /// Who is told of what was counted, and whether it made the item or brought it back. Runs with
  /// the items locked: it must be quick and call nothing here. Set it before the first occurrence.
  enum class Happened : std::uint8_t { kAgain, kNew, kReactivated };
  using Observe =
      std::function<void(const ErrorItem& item, std::int64_t occurrence_id, Happened happened)>;
  void set_observer(Observe observe) { observe_ = std::move(observe); }

  /// Counts an occurrence that is durable; makes its item when it is the first.
  void record(const Occurrence& occurrence);
  /// The newest occurrence counted so far; 0 when there is none.
  std::int64_t newest_id() const;

  /// The oldest grouping version that an item was made by: what no older rules need be asked for.
  int oldest_grouping_version() const { return oldest_grouping_version_; }
  bool has_key(const ItemKey& key) const;

  ItemPage list(const ItemQuery& query) const;
  /// Follows merges. kNotFound: "Item not found".
  Result<ErrorItem> find(std::int64_t id) const;
  Result<ErrorItem> find_counter(std::int64_t project_id, std::int64_t counter) const;
  Result<ErrorItem> find_key(const ItemKey& key) const;
  /// The item's keys, most occurrences first.
  std::vector<ItemFingerprint> fingerprints(std::int64_t id) const;

  /// Changes items; durable when it returns. `user` is a name for the history.
  Result<std::vector<ErrorItem>> change(std::span<const std::int64_t> ids, const ItemChange& change,
                                        const std::string& user);
  /// Moves the occurrences of items into one of the same project.
  Result<ErrorItem> merge(std::int64_t into, std::span<const std::int64_t> ids,
                          const std::string& user);
  /// Gives keys that came by merges back to the items that had them. Gives those and `id`.
  Result<std::vector<ErrorItem>> split(std::int64_t id, std::span<const ItemKey> keys,
                                       const std::string& user);

  Result<std::vector<ItemHistory>> history(std::int64_t id);
  Result<ItemHistory> add_note(std::int64_t id, const std::string& user, const std::string& text);
  Status remove_note(std::int64_t id, std::int64_t note);

  /// When items of a project became active, since a time.
  Result<std::vector<std::int64_t>> activations(std::int64_t project_id, std::int64_t from_ns);

  /// Forgets a project's items.
  void remove_project(std::int64_t project_id);

  /// Puts the counts up to `until_id` aside, so that the next start need not read those events.
  /// What is received up to then must be counted.
  Status put_counts_aside(std::int64_t until_id);

 private:
  struct KeyState {
    std::int64_t item_id = 0;      ///< Whose occurrences these are.
    std::int64_t own_item_id = 0;  ///< The item made for the key.
    ItemCounts counts;
  };

  ErrorItems(Database& database, const Clock& clock, ErrorProjects& projects,
             const ErrorDeploys& deploys, TakeSnapshot snapshot);
  Status load();
  Status count_since();
  Status take_tail(const std::vector<KeyCounts>& tail);
  void recount(ErrorItem& item);
  Status recount_hours(std::span<ErrorItem* const> items);

  ErrorItem* make_item(const Occurrence& occurrence);
  /// True when the occurrence makes a resolved item active again.
  bool is_regression(const ErrorItem& item, std::int64_t occurrence_id,
                     const std::string& version) const;
  void reactivate(ErrorItem& item, const Occurrence& occurrence, std::uint64_t base);
  void apply(ErrorItem& item, const ItemChange& change, const std::string& user);
  void set_status(ErrorItem& item, const ItemChange& change, const std::string& user);
  void note(const ErrorItem& item, std::string_view kind, const std::string& user,
            std::string text = {});
  void mark_dirty(const ErrorItem& item);
  const ErrorItem* resolve_merges(std::int64_t id) const;
  ErrorItem* resolve_merges(std::int64_t id);

  Status flush();
  void run(const std::stop_token& stop);

  ErrorItemStore store_;
  const Clock& clock_;
  ErrorProjects& projects_;
  const ErrorDeploys& deploys_;
  TakeSnapshot snapshot_;
  std::atomic<int> oldest_grouping_version_{rollbar::kGroupingVersion};
  Observe observe_;

  mutable std::shared_mutex mutex_;  // All below up to the next mutex.
  ItemTable items_;
  std::unordered_map<ItemKey, KeyState, ItemKeyHash> keys_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> by_counter_;
  std::map<std::int64_t, std::int64_t> last_counter_;  ///< By project.
  std::int64_t newest_id_ = 0;
  std::unordered_set<std::int64_t> dirty_;
  std::vector<ItemHistory> new_history_;

  std::mutex write_mutex_;  // Held while rows go to the database, so that they go in order.
  std::int64_t counted_until_ = 0;
  std::int64_t put_aside_ns_ = 0;
  std::mutex wake_mutex_;
  std::condition_variable_any wake_;
  bool has_work_ = false;
  std::jthread writer_;
};

}  // namespace tracery::app
