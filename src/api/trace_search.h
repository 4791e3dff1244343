// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/spec.h"
#include "query/trace.h"

namespace tracery::api {

/// Finds spans of one trace by what people type: words that must all occur in service, name or any
/// value (case ignored), or `field op value` with the query's operators.
class TraceMatcher {
 public:
  /// kInvalid when a `field op value` breaks a rule of its operator.
  static Result<TraceMatcher> parse(std::string_view text, std::int64_t now_ns);

  /// Rows whose span, or an event under it, matches; ascending.
  std::vector<std::uint32_t> find_rows(const query::Trace& trace,
                                       const std::vector<model::Event>& events) const;

 private:
  bool matches(const model::Event& event) const;

  std::vector<std::string> words_;  ///< Lower case.
  std::vector<query::Filter> filters_;
};

}  // namespace tracery::api
