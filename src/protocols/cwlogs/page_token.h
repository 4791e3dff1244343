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

/// The tokens of FilterLogEvents: "<group>@<stream>@<event id>", of the last event shown; then "#",
/// how many of its time and tie were shown, and "b" backward, unless that is 1 and forward.
std::string encode_filter_token(std::string_view group, std::string_view stream,
                                std::string_view event_id, const PageToken& token);
/// Nothing for what is no token of that group.
std::optional<PageToken> parse_filter_token(std::string_view text, std::string_view group);

/// 56 digits that ascend with time and tie; `tail` tells events apart that have no tie.
std::string event_id(std::int64_t time_ns, std::int64_t tie, std::uint64_t tail);

}  // namespace tracery::cwlogs
