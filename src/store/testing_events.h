// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "model/event.h"
#include "store/row_source.h"

/// What tests of the store share: reading a row source back as plain events, and making events up.
namespace tracery::store {

/// Every row as an event, in row order, its fields ordered by name. Ids come as hex.
std::vector<model::Event> read_events(const RowSource& source);

/// Every row of every source, ordered so that equal sets compare equal.
std::vector<model::Event> read_events(const Snapshot& snapshot);

/// Orders fields by name and events by everything.
void normalise(std::vector<model::Event>& events);

struct MadeUpEvents {
  std::size_t count = 100;
  std::int64_t first_time_ns = 1'700'000'000'000'000'000;
  std::int64_t span_ns = 3'600'000'000'000;
};
/// Events with repeating, unique, sparse and type-changing fields.
std::vector<model::Event> make_events(std::mt19937_64& random, const MadeUpEvents& what);

}  // namespace tracery::store
