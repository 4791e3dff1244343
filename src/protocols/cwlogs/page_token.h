// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tracery::cwlogs {

/// Where reading goes on: the members of query::EventPosition, and the direction.
struct PageToken {
  bool is_forward = true;
  std::int64_t time_ns = 0;
  std::int64_t tie = 0;
  std::size_t shown = 0;

  bool operator==(const PageToken&) const = default;
};

/// The tokens of GetLogEvents: "f/<56 digits>/s" forward, "b/…" backward. The same place gives the
/// same token, since clients compare them.
std::string encode_stream_token(const PageToken& token);
std::optional<PageToken> parse_stream_token(std::string_view text);

/// The tokens of FilterLogEvents: opaque. Nothing for one given out more than a day before.
std::string encode_filter_token(const PageToken& token, std::int64_t now_ns);
std::optional<PageToken> parse_filter_token(std::string_view text, std::int64_t now_ns);

}  // namespace tracery::cwlogs
