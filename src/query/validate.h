// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "query/spec.h"

namespace tracery::query {

/// The part of `validate(Spec)` that is about filters.
Status validate(const FilterSet& filters);

}  // namespace tracery::query
