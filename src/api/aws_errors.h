// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "net/request_handler.h"

namespace tracery::api {

/// An error as AWS's clients know it.
struct AwsError {
  int status = 400;
  std::string code;  ///< "InvalidRequestException"
  std::string message;
  std::string resource;  ///< What ResourceNotFoundException names; empty elsewhere.
};

/// The forms of AWS's JSON protocols.
enum class AwsProtocol {
  kRestJson,  ///< X-Ray: the code stands in the header x-amzn-ErrorType, the body has "Message".
  kJson11,    ///< CloudWatch Logs: the code stands in the body's "__type", beside "message".
};

/// An error or a result with the headers that belong to it; each has an x-amzn-RequestId of its
/// own.
net::Response aws_error_response(AwsProtocol protocol, const AwsError& error);
net::Response aws_response(AwsProtocol protocol, std::string body);

/// What one of our errors is to an AWS client: the caller's fault is `invalid_code`
/// ("InvalidRequestException", "InvalidParameterException"), ours and overload are the same
/// everywhere.
AwsError to_aws_error(const Error& error, const char* invalid_code);

}  // namespace tracery::api
