// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "api/aws_errors.h"
#include "api/router.h"
#include "api/services.h"

namespace tracery::api {

/// Who sent a request to an AWS interface, and from where it believes to be talking to us.
struct AwsCaller {
  std::string access_key_id;  ///< As stated; empty when the request is not signed.
  std::string region;         ///< Of the credential scope, else the server's own.
  bool may_send = false;
  bool may_manage = false;
  std::optional<AwsError> refusal;  ///< Why it may do neither.
};

/// On a loopback listener a signature is read for its region but not checked: SDKs sign with
/// whatever credentials they find. Elsewhere it must be that of a key of ours, see
/// app::Keys::aws_secret; a key in one of the plain headers is as good.
AwsCaller identify_aws(Services& services, const Call& call);

/// The refusal for a caller who lacks a right it needs.
AwsError access_denied(const AwsCaller& caller);

}  // namespace tracery::api
