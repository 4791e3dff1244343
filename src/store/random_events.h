// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "model/event.h"

namespace tracery::store {

struct RandomEventsOptions {
  std::size_t count = 1'000;
  std::int64_t from_ns = 1'661'126'400'000'000'000;  ///< 2022-08-22.
  std::int64_t length_ns = 3'600'000'000'000;
  std::size_t rare_columns = 30;  ///< Columns that few events have.
};

/// Events of traces with parents, with every type of value and its edge cases, columns of two
/// types, rare columns, ids of every form and rows without a trace. In no order of time.
std::vector<model::Event> random_events(std::mt19937_64& random,
                                        const RandomEventsOptions& options);

}  // namespace tracery::store
