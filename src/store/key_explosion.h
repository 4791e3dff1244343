// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/catalogue.h"

namespace tracery::store {

/// Columns that should be one: a sender puts values (ids, numbers) into the names of its fields.
struct KeyExplosion {
  std::string dataset;
  std::string pattern;  ///< The name they share, `#` for what differs: "user.#.seen".
  std::size_t columns = 0;
  std::string example;  ///< One of the names.
};

/// `name` with every word that holds a digit or looks like hex as `#`, and runs of these as one.
std::string key_pattern(std::string_view name);

/// Patterns that more than a hundred columns of a dataset share, the worst first.
std::vector<KeyExplosion> find_key_explosions(const Catalogue& catalogue);

}  // namespace tracery::store
