// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "api/services.h"
#include "base/result.h"
#include "protocols/honeycomb/query_spec.h"

namespace tracery::api {

/// A query specification ready to run: decoded at `services.clock`'s now and bound to the stored
/// names of a dataset slug. Errors as of `decode_query_spec`, and kNotFound for the dataset.
Result<query::Spec> prepare_query(Services& services, const std::string& dataset_slug,
                                  const std::string& json,
                                  honeycomb::FieldProblem* problem = nullptr);

}  // namespace tracery::api
