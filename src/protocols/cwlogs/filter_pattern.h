// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tracery::cwlogs {

/// A value that a pattern names, as text: "$.user.id" of JSON, "$status_code" or "$3" of fields.
struct ExtractedValue {
  std::string name;
  std::string value;
  bool operator==(const ExtractedValue&) const = default;
};

/// What the three kinds of pattern have in common. Immutable, thread-safe.
class PatternMatcher {
 public:
  virtual ~PatternMatcher() = default;
  virtual bool matches(std::string_view message) const = 0;
  /// Of a message that matches; in the order of the pattern.
  virtual std::vector<ExtractedValue> extract(std::string_view message) const;
  /// Texts of which each occurs in every message that matches.
  virtual std::vector<std::string> required_texts() const { return {}; }
  /// Those of them beside which no letter or digit may stand.
  virtual std::vector<std::string> required_words() const { return {}; }
  virtual std::size_t regexes() const = 0;
};

/// A filter pattern of CloudWatch Logs, as FilterLogEvents, metric and subscription filters and
/// live tail take it; see docs/wire/cwlogs-patterns.md. Cheap to copy, immutable, thread-safe.
class FilterPattern {
 public:
  /// The pattern that every message matches.
  FilterPattern() = default;

  /// kInvalid with "Invalid filter pattern: … at position n" (bytes, from 0), or
  /// "Invalid character(s) in term '…'". Empty and blank text is the pattern that all match.
  static Result<FilterPattern> parse(std::string_view text);

  bool matches(std::string_view message) const {
    return matcher_ == nullptr || matcher_->matches(message);
  }
  /// What the pattern names in a message that matches: TestMetricFilter's `extractedValues`.
  std::vector<ExtractedValue> extract(std::string_view message) const;

  bool matches_all() const { return matcher_ == nullptr; }
  /// Texts of which each occurs in every message that matches; for leaving out what has none.
  std::vector<std::string> required_texts() const;
  /// Those of them beside which no letter or digit may stand.
  std::vector<std::string> required_words() const;
  /// How many regular expressions there are: CloudWatch Logs allows two.
  std::size_t regexes() const { return matcher_ == nullptr ? 0 : matcher_->regexes(); }

 private:
  std::shared_ptr<const PatternMatcher> matcher_;
};

}  // namespace tracery::cwlogs
