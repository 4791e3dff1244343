// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tracery::rollbar {

/// Where a place in a minified file comes from.
struct OriginalPlace {
  std::string filename;
  std::int64_t lineno = 0;  ///< From 1.
  std::int64_t colno = 0;   ///< From 1.
  std::string name;  ///< What the token there was called before; empty when it kept its name.
  std::string code;  ///< The line; empty when the source is not known.
  std::vector<std::string> pre, post;  ///< Up to three lines around it.
};

/// A source map of version 3, ready to be asked. Immutable, so thread-safe.
class SourceMap {
 public:
  /// Source files by path, for maps that do not have them inside.
  using Files = std::map<std::string, std::string>;

  /// kMalformed: no such JSON, or bad mappings. kUnsupported: another version, or an index map
  /// ("sections"). Source: the Source Map specification, revision 3 (ECMA-426).
  static Result<SourceMap> read(std::string_view json, const Files& files = {});

  /// The place of a position in the minified file; line and column from 1. Nothing where the file
  /// has code of no source.
  std::optional<OriginalPlace> find(std::int64_t line, std::int64_t column) const;

  std::size_t segments() const { return segments_.size(); }

 private:
  struct Segment {
    std::int64_t column = 0;   ///< In the minified file, from 0.
    std::int64_t source = -1;  ///< -1: of no source.
    std::int64_t line = 0;     ///< From 0, as is original_column.
    std::int64_t original_column = 0;
    std::int64_t name = -1;
  };
  struct Source {
    std::string filename, text;
  };

  Status read_mappings(std::string_view text);

  std::vector<Source> sources_;
  std::vector<std::string> names_;
  std::vector<Segment> segments_;   ///< Line by line, each line's by column.
  std::vector<std::size_t> lines_;  ///< Where each line's segments begin, and the end.
};

}  // namespace tracery::rollbar
