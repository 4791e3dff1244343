// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "protocols/xray/document.h"
#include "protocols/xray/problem.h"

namespace tracery::xray {

/// How much of what AWS refuses is refused here.
enum class Validation : std::uint8_t {
  kLenient,  ///< What can be stored is: the rest is mended and marked in Entity::repaired.
  kStrict,   ///< AWS's own rules.
};

/// Finds what is wrong with a document, or fills in what the events need (trace ids, ids of
/// subsegments that have none). Pure.
std::optional<Unprocessed> check_document(Document& document, Validation validation);

}  // namespace tracery::xray
