// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace tracery::cwlogs {

/// A regular expression of filter patterns: letters, digits, `: _ # = @ / ; , -` and the operators
/// `^ $ ? [ ] { } | \ * + .`; no groups, no other characters (CloudWatch Logs user guide,
/// "Supported regular expressions syntax"). Matching takes time linear in the text. Thread-safe.
class PatternRegex {
 public:
  /// kInvalid: what is wrong, lower case; and how far into `expression` in `*offset`.
  static Result<PatternRegex> compile(std::string_view expression, std::size_t* offset);

  /// Anywhere in the text.
  bool matches(std::string_view text) const;

 private:
  explicit PatternRegex(std::shared_ptr<const re2::RE2> regex) : regex_(std::move(regex)) {}

  std::shared_ptr<const re2::RE2> regex_;
};

}  // namespace tracery::cwlogs
