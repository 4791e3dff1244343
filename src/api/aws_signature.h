// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/request_handler.h"

namespace tracery::api {

/// Clocks of client and server may differ by this much.
inline constexpr std::int64_t kAwsSkewSecondsMax = 5 * 60;

/// What a request says of its AWS signature, version 4, in the Authorization header or in the
/// query of a presigned URL. Only what it says: `verify_aws_signature` checks it.
struct AwsAuthorization {
  std::string access_key_id;
  std::string day;                          ///< "20150830"
  std::string region;                       ///< "us-east-1"
  std::string service;                      ///< "xray"
  std::string time;                         ///< "20150830T123600Z"
  std::vector<std::string> signed_headers;  ///< Lower case, in the order given.
  std::string signature;                    ///< Lower-case hex.
  bool is_presigned = false;
  std::int64_t expires_seconds = 0;  ///< Of a presigned URL.

  /// "20150830/us-east-1/xray/aws4_request"
  std::string scope() const;
};

/// Nothing when the request is not signed this way or the statement lacks a piece.
std::optional<AwsAuthorization> parse_aws_authorization(const net::Request& request);

/// Whether the request, its body included, was signed with `secret` at about `now_ns`.
/// kUnauthenticated with AWS's own words when it was not. Pure.
/// Source: AWS General Reference, "Create a signed AWS API request".
Status verify_aws_signature(const net::Request& request, const AwsAuthorization& authorization,
                            std::string_view secret, std::int64_t now_ns);

}  // namespace tracery::api
