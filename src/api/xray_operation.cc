// SPDX-License-Identifier: Apache-2.0
#include "api/xray_operation.h"

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/cors.h"
#include "api/json_body.h"

namespace tracery::api {
namespace {

constexpr const char* kInvalid = "InvalidRequestException";

net::Response run(Services& services, XrayRight right, const Call& call,
                  const std::function<XrayAnswer(const XrayCall&)>& work) {
  if (right == XrayRight::kManage && is_foreign_page(call.request)) {
    return xray_error(
        {403, "AccessDeniedException", "a page of another origin may not use this", {}});
  }
  const AwsCaller caller = identify_aws(services, call);
  if (auto refusal = refuse_xray_call(caller, right)) return *std::move(refusal);
  // Some SDKs send no body where every member is optional.
  const auto body = parse_object(call.request.body.empty() ? "{}" : call.request.body);
  if (!body.ok()) return xray_error({400, kInvalid, "The request body is not a JSON object", {}});
  return work({caller, *body}).response();
}

}  // namespace

XrayAnswer::XrayAnswer(AwsError error) : error_(std::move(error)) {}

XrayAnswer::XrayAnswer(const Error& error) : error_(to_aws_error(error, kInvalid)) {}

net::Response XrayAnswer::response() const {
  return error_ ? xray_error(*error_) : xray_result(body_);
}

Handler xray_operation(Services& services, XrayRight right,
                       std::function<XrayAnswer(const XrayCall&)> work) {
  return on_worker(services, [&services, right, work = std::move(work)](const Call& call) {
    return run(services, right, call, work);
  });
}

std::optional<net::Response> refuse_xray_call(const AwsCaller& caller, XrayRight right) {
  const bool is_allowed = right == XrayRight::kSend ? caller.may_send : caller.may_manage;
  if (is_allowed) return std::nullopt;
  return xray_error(access_denied(caller));
}

net::Response xray_error(const AwsError& error) {
  return aws_error_response(AwsProtocol::kRestJson, error);
}

net::Response xray_result(std::string body) {
  return aws_response(AwsProtocol::kRestJson, std::move(body));
}

}  // namespace tracery::api
