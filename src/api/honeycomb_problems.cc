// SPDX-License-Identifier: Apache-2.0
#include "api/honeycomb_problems.h"

#include "api/answers.h"
#include "api/error_status.h"

namespace tracery::api {
namespace {

/// The vendor's limit for everything but events.
constexpr std::size_t kBodyBytesMax = 100'000;

/// The kind of problem document an error is shown as; nothing for those that have none.
std::optional<honeycomb::ProblemKind> problem_kind(ErrorCode code) {
  using honeycomb::ProblemKind;
  switch (code) {
    case ErrorCode::kMalformed: return ProblemKind::kUnparseable;
    case ErrorCode::kInvalid: return ProblemKind::kValidationFailed;
    case ErrorCode::kNotFound: return ProblemKind::kNotFound;
    case ErrorCode::kConflict: return ProblemKind::kConflict;
    case ErrorCode::kTooLarge: return ProblemKind::kTooLarge;
    case ErrorCode::kOverloaded: return ProblemKind::kRateLimited;
    default: return std::nullopt;
  }
}

}  // namespace

net::Response problem_response(const net::Request& request, const Error& error,
                               const std::vector<honeycomb::FieldProblem>& details) {
  const auto kind = problem_kind(error.code);
  if (!kind) {
    return json_response(status_of(error.code).http, honeycomb::encode_error(error.message));
  }
  net::Response response =
      json_response(honeycomb::problem_status(*kind),
                    honeycomb::encode_problem(*kind, base_url(request), error.message, details));
  response.headers = {{"Content-Type", "application/problem+json"}};
  add_retry_after(response, error.code);
  return response;
}

net::Response unknown_key_response() {
  return json_response(401, honeycomb::encode_error("unknown API key - check your credentials"));
}

Handler managed(Services& services, std::function<Result<net::Response>(const Call&)> work) {
  return on_worker(services, [work = std::move(work)](const Call& call) {
    if (!call.caller.may_manage()) return unknown_key_response();
    if (call.request.body.size() > kBodyBytesMax) {
      return problem_response(call.request,
                              {ErrorCode::kTooLarge, "Body size is larger than maximum size of " +
                                                         std::to_string(kBodyBytesMax) + " bytes"});
    }
    auto response = work(call);
    if (!response.ok()) return problem_response(call.request, response.error());
    return *std::move(response);
  });
}

net::Response invalid_field(const net::Request& request, const honeycomb::FieldProblem& problem) {
  return problem_response(request, {ErrorCode::kInvalid, "The provided input is invalid."},
                          {problem});
}

}  // namespace tracery::api
