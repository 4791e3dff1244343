// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "query/result.h"
#include "query/spec.h"

namespace tracery::honeycomb {

/// The `data` member of a finished query result: `series`, `results`, and the totals and other rows
/// the specification asks for. HEATMAP stands in series only, as
/// `{"buckets":[{"min":a,"max":b,"count":n}]}`, which is ours: the vendor's form is not documented.
/// A comparison stands in `compare`, with `time_offset_seconds` and the same members for the
/// earlier range, at its own times; this is ours too, as the vendor never returns one. Source:
/// Honeycomb API reference, "Query Data".
std::string encode_query_result(const query::QueryResult& result, const query::Spec& spec);

}  // namespace tracery::honeycomb
