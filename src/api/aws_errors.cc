// SPDX-License-Identifier: Apache-2.0
#include "api/aws_errors.h"

#include "api/error_status.h"
#include "app/random_id.h"
#include "base/json_writer.h"

namespace tracery::api {
namespace {

/// Eight, four, four, four and twelve hex digits, as AWS writes request ids.
std::string random_request_id() {
  std::string hex = app::sha256_hex(app::random_base62(22)).substr(0, 32);
  for (const std::size_t place : {20U, 16U, 12U, 8U}) hex.insert(place, 1, '-');
  return hex;
}

net::Response make_response(AwsProtocol protocol, int status, std::string body) {
  net::Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", protocol == AwsProtocol::kRestJson
                                                    ? "application/json"
                                                    : "application/x-amz-json-1.1");
  response.headers.emplace_back("x-amzn-RequestId", random_request_id());
  response.body = std::move(body);
  return response;
}

}  // namespace

net::Response aws_response(AwsProtocol protocol, std::string body) {
  return make_response(protocol, 200, std::move(body));
}

net::Response aws_error_response(AwsProtocol protocol, const AwsError& error) {
  const bool is_rest = protocol == AwsProtocol::kRestJson;
  JsonWriter json;
  json.begin_object();
  if (!is_rest) json.field("__type", error.code);
  json.field(is_rest ? "Message" : "message", error.message);
  if (!error.resource.empty()) json.field("ResourceName", error.resource);
  json.end_object();
  net::Response response = make_response(protocol, error.status, json.take());
  if (is_rest) response.headers.emplace_back("x-amzn-ErrorType", error.code);
  return response;
}

AwsError to_aws_error(const Error& error, const char* invalid_code) {
  switch (error.code) {
    case ErrorCode::kNotFound: return {404, "ResourceNotFoundException", error.message, {}};
    case ErrorCode::kForbidden: return {403, "AccessDeniedException", error.message, {}};
    case ErrorCode::kOverloaded: return {429, "ThrottledException", error.message, {}};
    case ErrorCode::kUnavailable: return {503, "ServiceUnavailableException", error.message, {}};
    default: break;
  }
  const int status = status_of(error.code).http;
  if (status < 500) return {400, invalid_code, error.message, {}};
  return {500, "InternalFailure", error.message, {}};
}

}  // namespace tracery::api
