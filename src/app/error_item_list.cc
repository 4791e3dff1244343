// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <functional>

#include "app/error_items.h"
#include "base/time.h"

namespace tracery::app {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return out;
}

template <typename T, typename U>
bool is_among(const std::vector<T>& wanted, const U& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

/// Tests one item after another against a query. Properties with a facet count which one of them
/// alone an item fails, so that a facet shows what its other values would give.
class ItemMatcher {
 public:
  explicit ItemMatcher(const ItemQuery& query) : query_(query) {
    for (const std::string& word : query.words) words_.push_back(lower(word));
  }

  bool passes_rest(const ErrorItem& item, std::int64_t now_ns) const {
    if (item.merged_into != 0 || item.counts.occurrences == 0) return false;
    if (!is_among(query_.ids, item.id)) return false;
    if (query_.counter != 0 && query_.counter != item.counter) return false;
    if (query_.assigned_user_id && *query_.assigned_user_id != item.assigned_user_id) return false;
    if (query_.snoozed && *query_.snoozed != (item.snoozed_until_ns > now_ns)) return false;
    if (!was_seen(item)) return false;
    return has_words(item);
  }

  static constexpr std::size_t kFacets = 5;
  /// Which of the properties with a facet the item fails.
  std::array<bool, kFacets> failures(const ErrorItem& item) const {
    return {!is_among(query_.statuses, item.status), !is_among(query_.levels, item.level),
            !is_among(query_.environments, item.environment),
            !is_among(query_.frameworks, item.framework), !is_among(query_.projects, item.project)};
  }

 private:
  bool was_seen(const ErrorItem& item) const {
    if (query_.seen_to_ns == 0) return true;
    const std::int64_t last_ns = received_ns_of(item.counts.last_id);
    const std::int64_t first_ns = received_ns_of(item.counts.first_id);
    return last_ns >= query_.seen_from_ns && first_ns < query_.seen_to_ns;
  }

  bool has_words(const ErrorItem& item) const {
    if (words_.empty()) return true;
    const std::string text = lower(item.title + '\n' + item.exception_class + '\n' +
                                   item.environment + '\n' + item.project);
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (text.find(words_[i]) != std::string::npos) continue;
      const bool is_in_occurrence =
          i < query_.keys_by_word.size() &&
          std::any_of(
              item.keys.begin(), item.keys.end(),
              [&](const ItemKey& key) { return query_.keys_by_word[i].contains(key); });
      if (!is_in_occurrence) return false;
    }
    return true;
  }

  const ItemQuery& query_;
  std::vector<std::string> words_;
};

using Before = std::function<bool(const ErrorItem*, const ErrorItem*)>;

Before order_of(const ItemQuery& query) {
  const auto by = [](auto value) {
    return [value](const ErrorItem* a, const ErrorItem* b) {
      const auto& left = value(*a);
      const auto& right = value(*b);
      return left != right ? left < right : a->id < b->id;
    };
  };
  Before ascending;
  switch (query.sort) {
    case ItemSort::kLastSeen:
      ascending = by([](const ErrorItem& item) { return item.counts.last_id; });
      break;
    case ItemSort::kFirstSeen:
      ascending = by([](const ErrorItem& item) { return item.counts.first_id; });
      break;
    case ItemSort::kOccurrences:
      ascending = by([](const ErrorItem& item) { return item.since_activation(); });
      break;
    case ItemSort::kLevel:
      ascending = by([](const ErrorItem& item) {
        return std::pair(level_rank(item.level).value_or(-1), item.counts.last_id);
      });
      break;
    case ItemSort::kTitle:
      ascending = by([](const ErrorItem& item) -> const std::string& { return item.title; });
      break;
  }
  if (query.ascending) return ascending;
  return [ascending](const ErrorItem* a, const ErrorItem* b) { return ascending(b, a); };
}

}  // namespace

ItemPage ErrorItems::list(const ItemQuery& query) const {
  const ItemMatcher matcher(query);
  const std::int64_t now_ns = clock_.now_ns();
  ItemPage page;
  std::vector<const ErrorItem*> found;
  const std::shared_lock lock(mutex_);
  const std::array<ItemFacet*, ItemMatcher::kFacets> facets = {
      &page.statuses, &page.levels, &page.environments, &page.frameworks, &page.projects};
  for (const auto& [id, item] : items_) {
    if (!matcher.passes_rest(item, now_ns)) continue;
    const std::array<std::string_view, ItemMatcher::kFacets> values = {
        to_string(item.status), item.level, item.environment, item.framework, item.project};
    const auto failed = matcher.failures(item);
    const auto failures = std::count(failed.begin(), failed.end(), true);
    for (std::size_t i = 0; i < facets.size(); ++i) {
      if (failures > (failed[i] ? 1 : 0)) continue;
      const auto facet = facets[i]->find(values[i]);
      if (facet == facets[i]->end()) {
        facets[i]->emplace(values[i], 1);
      } else {
        ++facet->second;
      }
    }
    if (failures == 0) found.push_back(&item);
  }
  page.matched = found.size();
  const std::size_t first = std::min(query.skip, found.size());
  const std::size_t last = std::min(first + query.limit, found.size());
  const auto middle = found.begin() + static_cast<std::ptrdiff_t>(last);
  std::partial_sort(found.begin(), middle, found.end(), order_of(query));
  for (std::size_t i = first; i < last; ++i) page.items.push_back(*found[i]);
  return page;
}

}  // namespace tracery::app
