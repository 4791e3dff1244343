// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "query/finish.h"

namespace tracery::query {

using Accumulators = std::vector<std::unique_ptr<Accumulator>>;

/// The slots of one group, or of several folded into one: one per time bucket.
struct SlotView {
  const Pass* pass = nullptr;
  const Accumulators* measures = nullptr;
  std::size_t first_slot = 0;

  std::size_t buckets() const { return pass->gathered.buckets; }
  /// The value of a calculation or a formula over the whole range.
  Cell summary(std::size_t measurement) const;
  /// The cells of a result row over the whole range.
  std::vector<Cell> summaries() const;
  /// The value of a calculation in one bucket; of a RATE_*, that of its base.
  Cell in_bucket(std::size_t calculation, std::size_t bucket) const;
  /// True when the bucket has rows, or spans running through it.
  bool occurs(std::size_t bucket) const;
  /// True when some bucket does.
  bool occurs() const;

 private:
  Cell calculation_summary(std::size_t calculation) const;
  std::unique_ptr<Accumulator> fold(std::size_t measure) const;
  Cell rate_summary(std::size_t calculation) const;
};

SlotView view_of_group(const Pass& pass, std::uint32_t group);

/// Slots, one per bucket, that hold these groups together; and more groups into such slots.
Accumulators fold_groups(const Pass& pass, const std::vector<std::uint32_t>& groups);
void fold_more(const Pass& pass, const std::vector<std::uint32_t>& groups, Accumulators* folded);

/// The groups that there are.
std::vector<std::uint32_t> all_groups(const Gathered& gathered);

}  // namespace tracery::query
