// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracery::api {

/// One message of an AWS event stream (application/vnd.amazon.eventstream): lengths, headers of
/// text and a payload, each guarded by a CRC-32.
std::string encode_event_message(
    const std::vector<std::pair<std::string_view, std::string_view>>& headers,
    std::string_view payload);

/// A message of type "event" with a JSON payload.
std::string encode_stream_event(std::string_view event_type, std::string_view json);

/// A message of type "exception": the last of a stream that ends badly.
std::string encode_stream_exception(std::string_view exception_type, std::string_view message);

}  // namespace tracery::api
