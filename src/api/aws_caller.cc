// SPDX-License-Identifier: Apache-2.0
#include "api/aws_caller.h"

#include <algorithm>
#include <cctype>

#include "api/aws_signature.h"

namespace tracery::api {
namespace {

/// Regions end up in ARNs, so nothing but what a region may look like is taken from a client.
bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return std::islower(static_cast<unsigned char>(c)) != 0 ||
           std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-';
  });
}

void allow(AwsCaller& caller, app::KeyKind kind) {
  caller.may_send = true;
  caller.may_manage = kind == app::KeyKind::kConfiguration;
}

}  // namespace

AwsCaller identify_aws(Services& services, const Call& call) {
  const auto authorization = parse_aws_authorization(call.request);
  AwsCaller caller;
  caller.region = services.facts.aws_region;
  if (authorization) {
    caller.access_key_id = authorization->access_key_id;
    if (is_region(authorization->region)) caller.region = authorization->region;
  }
  if (call.caller.is_trusted) {
    caller.may_send = caller.may_manage = true;
    return caller;
  }
  if (call.caller.known) {
    allow(caller, call.caller.known->kind);
    return caller;
  }
  if (!authorization) {
    caller.refusal =
        AwsError{403, "MissingAuthenticationTokenException", "Missing Authentication Token", {}};
    return caller;
  }
  const auto credential = services.keys.find_aws_credential(authorization->access_key_id);
  if (!credential) {
    caller.refusal = AwsError{403,
                              "UnrecognizedClientException",
                              "The security token included in the request is invalid.",
                              {}};
    return caller;
  }
  const Status verified = verify_aws_signature(call.request, *authorization, credential->secret,
                                               services.clock.now_ns());
  if (!verified.ok()) {
    caller.refusal = AwsError{403, "InvalidSignatureException", verified.error().message, {}};
    return caller;
  }
  allow(caller, credential->key.kind);
  return caller;
}

AwsError access_denied(const AwsCaller& caller) {
  if (caller.refusal) return *caller.refusal;
  return {403,
          "AccessDeniedException",
          "the key may send but not read or change: " + caller.access_key_id,
          {}};
}

}  // namespace tracery::api
