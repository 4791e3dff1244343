// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocols/cwlogs/insights_scope.h"
#include "query/row_lookup.h"

namespace tracery::cwlogs {

/// Turns expressions as written into expressions over the slots of a scope.
class ExpressionBinder {
 public:
  ExpressionBinder(const std::string& query, QueryProblem* problem)
      : query_(query), problem_(problem) {}

  /// Answers a query after `in`: the values of its field of that name, or of its only field.
  using BindQuery = std::function<Result<std::shared_ptr<const query::RowLookup>>(
      const QueryNode& node, const std::string& field)>;
  void set_bind_query(BindQuery bind_query) { bind_query_ = std::move(bind_query); }

  Result<query::Expression> bind(const QueryNode& node, QueryScope& scope) const;
  /// The same, as a slot.
  Result<std::size_t> bind_slot(const QueryNode& node, QueryScope& scope) const;

  /// "count", "pct" and the others.
  static bool is_aggregate(const QueryNode& node);
  /// What an aggregate asks for; its argument is bound in the scope.
  Result<query::AggregateSpec> bind_aggregate(const QueryNode& node, QueryScope& scope) const;

  /// The node's own text, each run of blanks as one.
  std::string text_of(const QueryNode& node) const;
  Error fail(TextSpan span, std::string_view message) const;

 private:
  Result<query::Expression> bind_call(const QueryNode& node, QueryScope& scope) const;
  Result<query::Expression> bind_like(const QueryNode& node, QueryScope& scope) const;
  Result<query::Expression> bind_in_query(const QueryNode& node, QueryScope& scope) const;
  Result<query::Expression> bind_period(const QueryNode& node, QueryScope& scope) const;
  Result<query::Expression> bind_number(const QueryNode& node) const;
  Error wrong_count(const QueryNode& node) const;

  const std::string& query_;
  QueryProblem* problem_;
  BindQuery bind_query_;
};

}  // namespace tracery::cwlogs
