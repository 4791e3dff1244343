// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

/// Rules of names and numbers, with AWS's texts for those who break them. All errors are kInvalid:
/// InvalidParameterException.
namespace tracery::cwlogs {

/// "1 validation error detected: Value '…' at '…' failed to satisfy constraint: …".
Error broken_rule(std::string_view value, std::string_view member, std::string_view rule);

Status check_group_name(std::string_view name);
Status check_stream_name(std::string_view name);
/// Of metric and subscription filters: 1 to 512 characters without ':' and '*'.
Status check_filter_name(std::string_view name, std::string_view member = "filterName");
Status check_filter_pattern(std::string_view pattern);
Status check_retention_days(std::int64_t days);

/// `low` <= value <= `high`.
Status check_range(std::int64_t value, std::string_view member, std::int64_t low,
                   std::int64_t high);
Status check_length(std::string_view value, std::string_view member, std::size_t low,
                    std::size_t high);

/// The name in a logGroupIdentifier: a name or an ARN (without ":*").
Result<std::string> group_of_identifier(std::string_view identifier);

}  // namespace tracery::cwlogs
