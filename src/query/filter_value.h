// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/value.h"
#include "query/spec.h"

namespace tracery::query {

/// Whether one value passes one filter, by the type rules of queries (docs/decisions/0007):
/// equality converts without loss ("200" equals 200), order compares numbers only. monostate is
/// "absent".
bool matches(const Filter& filter, const model::Value& value);

/// The canonical text of a value: what grouping and equality across types go by. "" when absent.
std::string value_text(const model::Value& value);

}  // namespace tracery::query
