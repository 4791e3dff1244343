// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "query/datum.h"

namespace tracery::cwlogs {

/// What stands at a path of an object or a list: names and indexes joined by dots, where names may
/// have dots themselves. Null when there is nothing. Texts go to the arena; objects and lists are
/// JSON text.
query::Datum find_json_path(std::string_view json, std::string_view path, query::TextArena& texts);

/// The same in a message, of which only a part may be JSON (`find_json`).
query::Datum find_message_field(std::string_view message, std::string_view path,
                                query::TextArena& texts);

/// The value of a JSON text, or null.
query::Datum parse_json(std::string_view text, query::TextArena& texts);
/// Appends the elements of a JSON list.
void read_json_list(std::string_view json, query::TextArena& texts,
                    std::vector<query::Datum>& elements);
/// A value as JSON text.
std::string_view json_of(const query::Datum& datum, query::TextArena& texts);

}  // namespace tracery::cwlogs
