// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "api/aws_caller.h"
#include "api/aws_errors.h"
#include "api/router.h"
#include "api/services.h"
#include "base/result.h"

namespace tracery::api {

/// What an operation gives: a JSON object, or an error of AWS's.
class XrayAnswer {
 public:
  XrayAnswer(std::string body) : body_(std::move(body)) {}  // NOLINT(google-explicit-constructor)
  XrayAnswer(AwsError error);                               // NOLINT(google-explicit-constructor)
  /// The caller's fault is an InvalidRequestException.
  XrayAnswer(const Error& error);  // NOLINT(google-explicit-constructor)

  net::Response response() const;

 private:
  std::string body_;
  std::optional<AwsError> error_;
};

/// One call of an operation.
struct XrayCall {
  const AwsCaller& caller;
  const nlohmann::json& body;  ///< An object; empty when nothing was sent.
};

enum class XrayRight : std::uint8_t {
  kSend,    ///< What an instrumented app does: segments, telemetry, sampling.
  kManage,  ///< Everything else.
};

/// A handler that checks the caller's right, reads the body and runs on the worker pool.
Handler xray_operation(Services& services, XrayRight right,
                       std::function<XrayAnswer(const XrayCall&)> work);

/// The refusal for a caller without the right, if so.
std::optional<net::Response> refuse_xray_call(const AwsCaller& caller, XrayRight right);

net::Response xray_error(const AwsError& error);
net::Response xray_result(std::string body);

}  // namespace tracery::api
