// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace tracery::cwlogs {

/// A regular expression of Logs Insights. Thread-safe; linear in the text.
class QueryRegex {
 public:
  /// kInvalid with what RE2 says.
  static Result<QueryRegex> compile(std::string_view pattern);

  /// Anywhere in the text.
  bool matches(std::string_view text) const;
  /// Names of the named groups, in their order; unnamed ones do not count when there is any.
  const std::vector<std::string>& names() const { return names_; }
  std::size_t groups() const { return numbers_.size(); }
  /// Fills a text per group, with a null pointer where it took no part; false without a match.
  bool extract(std::string_view text, std::vector<std::string_view>& groups) const;

  /// A text that occurs in all that matches; "" when none was found.
  const std::string& required_text() const { return required_; }

 private:
  std::shared_ptr<const re2::RE2> regex_;
  std::string required_;
  std::vector<std::string> names_;
  std::vector<int> numbers_;  ///< Of the groups that are extracted.
};

/// The longest text that each match of a pattern holds, as far as can be told without much thought:
/// "" when there are alternatives or flags.
std::string required_text_of(std::string_view pattern);

}  // namespace tracery::cwlogs
