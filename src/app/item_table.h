// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include "app/error_item.h"

namespace tracery::app {

/// Items by id, side by side in memory, since a list looks at every one. Items stay where they are.
/// Not thread-safe.
class ItemTable {
 public:
  /// Null when there is no such item.
  const ErrorItem* find(std::int64_t id) const {
    if (id < 1 || id >= next_id()) return nullptr;
    const ErrorItem& item = slots_[static_cast<std::size_t>(id) - 1];
    return item.id == 0 ? nullptr : &item;
  }
  ErrorItem* find(std::int64_t id) { return const_cast<ErrorItem*>(std::as_const(*this).find(id)); }

  std::int64_t next_id() const { return static_cast<std::int64_t>(slots_.size()) + 1; }

  /// `item.id` must be free.
  ErrorItem& add(ErrorItem item) {
    const auto index = static_cast<std::size_t>(item.id) - 1;
    while (slots_.size() <= index) slots_.emplace_back();
    return slots_[index] = std::move(item);
  }
  void remove(std::int64_t id) { slots_[static_cast<std::size_t>(id) - 1] = ErrorItem(); }

  template <typename F>
  void for_each(F&& f) const {
    for (const ErrorItem& item : slots_) {
      if (item.id != 0) f(item);
    }
  }
  template <typename F>
  void for_each(F&& f) {
    for (ErrorItem& item : slots_) {
      if (item.id != 0) f(item);
    }
  }

 private:
  std::deque<ErrorItem> slots_;  ///< By id - 1; those without an id are free.
};

}  // namespace tracery::app
