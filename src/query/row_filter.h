// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "query/group_reader.h"
#include "query/mask.h"
#include "query/predicate.h"

namespace tracery::query {

/// A set of predicates; `columns[i]` is the index, among the query's columns, of predicate i's.
struct FilterPlan {
  std::vector<Predicate> predicates;
  std::vector<std::size_t> columns;
  /// How the predicates are combined; those from `combined` on must hold in any case.
  Combine combine = Combine::kAnd;
  std::size_t combined = 0;
  /// Only events of these datasets; empty means all.
  std::vector<std::string> datasets;
};

/// False when zone maps prove that no row of the group passes.
bool may_match(const FilterPlan& plan, const store::RowSource& source, std::uint32_t group);

enum class Match : std::uint8_t { kNone, kAll, kSome };

/// Evaluates a FilterPlan over row groups. String predicates are evaluated once per dictionary
/// entry and kept for as long as the dictionary stays the same. Used by one thread.
class RowFilter {
 public:
  explicit RowFilter(const FilterPlan* plan);

  /// `mask` is set only when some but not all rows match.
  Result<Match> evaluate(GroupReader& reader, Mask& mask);

 private:
  struct Accepted {
    std::shared_ptr<const store::StringDictionary> dictionary;
    std::vector<std::uint8_t> by_code;
    std::uint32_t codes = 0;   ///< How many are accepted.
    std::uint32_t a_code = 0;  ///< One of those.
  };

  Result<Match> evaluate_predicate(std::size_t index, GroupReader& reader, Mask& mask);
  Result<Match> evaluate_positive(std::size_t index, GroupReader& reader, Mask& mask);
  Result<Match> combine(GroupReader& reader, Mask& mask);
  Result<Match> require(Match match, GroupReader& reader, Mask& mask);
  Match test_strings(const store::ColumnVector& vector, bool all_present,
                     const Predicate& predicate, Accepted& accepted, Mask& mask);

  const FilterPlan* plan_;
  Predicate dataset_;
  std::vector<Accepted> accepted_;  ///< By predicate; the last one is the dataset's.
  Mask scratch_, stream_scratch_, all_scratch_;
};

}  // namespace tracery::query
