// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "net/request_handler.h"

namespace tracery::net {

/// How an answer is framed on the wire.
struct ResponseFraming {
  int version = 11;  ///< 10 or 11, as the client spoke.
  bool is_head = false;
  bool keep_alive = true;
  bool is_chunked = false;  ///< No length is known: a stream.
};

/// Appends status line and header fields up to and with the empty line. The length is that of
/// `response.body`. Line breaks within values become blanks, so no value can add a field.
void append_response_head(const Response& response, const ResponseFraming& framing,
                          std::string& out);

/// False for statuses that never carry a body (1xx, 204, 304).
bool may_have_body(int status);

/// Puts a request target into `request.path` and `request.query`: origin form, absolute form or
/// "*". False for anything else.
bool split_target(std::string_view target, Request& request);

/// One chunk of a chunked body.
void append_chunk(std::string_view piece, std::string& out);

inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace tracery::net
