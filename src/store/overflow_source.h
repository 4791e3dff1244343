// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "store/row_source.h"
#include "store/vector_cache.h"

namespace tracery::store {

/// The source with the fields of its overflow column as columns of their own, so that queries name
/// them like any other; the source itself when it has no such column. A field's rows are found by
/// taking the overflow strings of a row group apart: slow, so what was found is kept in `cache`.
std::shared_ptr<const RowSource> with_overflow_fields(std::shared_ptr<const RowSource> source,
                                                      std::shared_ptr<VectorCache> cache);

}  // namespace tracery::store
