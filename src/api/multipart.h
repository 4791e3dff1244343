// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tracery::api {

/// One field or file of a form.
struct FormPart {
  std::string name;
  std::string_view bytes;  ///< Of the body.
};

/// Reads a body of multipart/form-data (RFC 7578). kMalformed when it is none, or has more parts
/// than any of our forms.
Result<std::vector<FormPart>> read_multipart(std::string_view content_type, std::string_view body);

}  // namespace tracery::api
