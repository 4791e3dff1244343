// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "query/formula.h"

namespace tracery::honeycomb {

/// The index of the calculation that has this key in results; nothing when there is none.
using FindCalculation = std::function<std::optional<std::size_t>(std::string_view)>;

/// Reads a formula such as `$errors / $total * 100`:
///
///   expr  := or ; or := and { "OR" and } ; and := same { "AND" same }
///   same  := order { ("=" | "!=") order } ; order := sum { ("<" | "<=" | ">" | ">=") sum }
///   sum   := diff { "+" diff } ; diff := product { "-" product }
///   product := unary { ("*" | "/" | "%") unary } ; unary := "!" unary | atom
///   atom  := "(" expr ")" | NAME "(" [ expr { "," expr } [ "," ] ] ")"
///          | "$" name | [ "-" ] number | "true" | "false" | "null"
///   name  := letters, digits and any of _./:=+?-  |  "quoted"  |  `raw`
///
/// So `$a-1` is a name, and `$a - 1` a difference. kInvalid, with a position in bytes where one
/// helps: "empty expression", "invalid function: FOO", "unknown calculation: total", …
/// Source: Honeycomb reference, "Calculated Field Syntax".
Result<query::FormulaNode> parse_formula(std::string_view text, const FindCalculation& find);

}  // namespace tracery::honeycomb
