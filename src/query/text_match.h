// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tracery::query {

/// A test of texts in a language that is not the query layer's: a filter pattern, a regular
/// expression. Thread-safe.
class TextMatch {
 public:
  virtual ~TextMatch() = default;
  virtual bool accepts(std::string_view text) const = 0;
  /// Hashes (store/text_words.h) of words that every accepted text has. Row groups without one of
  /// them are not read, so the more the better.
  virtual std::vector<std::uint64_t> required_words() const { return {}; }
};

/// A column whose value, as text, must be accepted. Events without the column are not.
struct TextCondition {
  std::string column;
  std::shared_ptr<const TextMatch> match;
};

}  // namespace tracery::query
