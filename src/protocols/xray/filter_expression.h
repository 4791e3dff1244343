// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tracery::xray {

enum class FilterOperator : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kContains,
  kBeginsWith,
  kEndsWith,
};

struct FilterLiteral {
  enum class Kind : std::uint8_t { kText, kNumber, kTruth };
  Kind kind = Kind::kText;
  std::string text;
  double number = 0;
  bool truth = false;
};

/// A service as expressions name it; what is not given is any.
struct FilterService {
  std::optional<std::string> name, type, account_id;
};

/// A filter expression as a tree.
struct FilterExpression {
  enum class Kind : std::uint8_t {
    kAll,            ///< operands, joined by AND
    kAny,            ///< operands, joined by OR
    kNot,            ///< operands[0]
    kKeyword,        ///< `keyword` in lower case; alone ("is set", "is true") or compared
    kAnnotation,     ///< `keyword` is the key as written; alone or compared
    kService,        ///< service(service) { operands[0] }
    kEdge,           ///< edge(service, callee) { operands[0] }
    kGroup,          ///< `keyword` is "name" or "arn"
    kRootCause,      ///< `keyword` is "fault.service" and the like; { operands[0] }
    kRootCauseJson,  ///< `literal.text` is a JSON array
  };
  Kind kind = Kind::kAll;
  std::size_t position = 0;  ///< Where it begins in the text, in bytes from 0.
  std::vector<FilterExpression> operands;
  std::string keyword;
  std::optional<FilterOperator> op;
  FilterLiteral literal;
  FilterService service, callee;
};

/// Parses a filter expression; an empty one is a kAll without operands. Keywords and operators in
/// any case. kInvalid with what is wrong and where: "… at position 12", counted in bytes from 1.
/// Source: X-Ray Developer Guide, "Using filter expressions".
Result<FilterExpression> parse_filter(std::string_view text);

/// Parses an entity selector: one service(…), edge(…) or id(…) and nothing else; the last is a
/// kService. Source: X-Ray API reference, GetTimeSeriesServiceStatistics.
Result<FilterExpression> parse_entity_selector(std::string_view text);

/// What kind of values a keyword has; nothing for what is no keyword.
std::optional<FilterLiteral::Kind> keyword_kind(std::string_view keyword);

}  // namespace tracery::xray
