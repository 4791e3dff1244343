// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/limits.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tracery::cwlogs {
namespace {

constexpr std::size_t kNameMax = 512;
constexpr std::size_t kPatternMax = 1024;

bool all_of(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           others.find(c) != std::string_view::npos;
  });
}

/// Limits count characters, not bytes.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

Error broken_rule(std::string_view value, std::string_view member, std::string_view rule) {
  std::string text = "1 validation error detected: Value '";
  text.append(value).append("' at '").append(member);
  text.append("' failed to satisfy constraint: ").append(rule);
  return {ErrorCode::kInvalid, std::move(text)};
}

Status check_length(std::string_view value, std::string_view member, std::size_t low,
                    std::size_t high) {
  const std::size_t characters = count_characters(value);
  if (characters < low) {
    return broken_rule(value, member,
                       "Member must have length greater than or equal to " + std::to_string(low));
  }
  if (characters > high) {
    return broken_rule(value, member,
                       "Member must have length less than or equal to " + std::to_string(high));
  }
  return {};
}

Status check_range(std::int64_t value, std::string_view member, std::int64_t low,
                   std::int64_t high) {
  if (value < low) {
    return broken_rule(std::to_string(value), member,
                       "Member must have value greater than or equal to " + std::to_string(low));
  }
  if (value > high) {
    return broken_rule(std::to_string(value), member,
                       "Member must have value less than or equal to " + std::to_string(high));
  }
  return {};
}

Status check_group_name(std::string_view name) {
  TRACERY_TRY(check_length(name, "logGroupName", 1, kNameMax));
  if (!all_of(name, ".-_/#")) {
    return broken_rule(name, "logGroupName",
                       "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
  }
  return {};
}

Status check_stream_name(std::string_view name) {
  TRACERY_TRY(check_length(name, "logStreamName", 1, kNameMax));
  if (name.find_first_of(":*") != std::string_view::npos) {
    return broken_rule(name, "logStreamName",
                       "Member must satisfy regular expression pattern: [^:*]*");
  }
  return {};
}

Status check_filter_name(std::string_view name, std::string_view member) {
  TRACERY_TRY(check_length(name, member, 1, kNameMax));
  if (name.find_first_of(":*") != std::string_view::npos) {
    return broken_rule(name, member, "Member must satisfy regular expression pattern: [^:*]*");
  }
  return {};
}

Status check_filter_pattern(std::string_view pattern) {
  return check_length(pattern, "filterPattern", 0, kPatternMax);
}

Status check_retention_days(std::int64_t days) {
  constexpr std::array<std::int64_t, 22> kDays = {1,    3,    5,    7,    14,   30,  60,  90,
                                                  120,  150,  180,  365,  400,  545, 731, 1096,
                                                  1827, 2192, 2557, 2922, 3288, 3653};
  if (std::find(kDays.begin(), kDays.end(), days) != kDays.end()) return {};
  std::string allowed;
  for (const std::int64_t each : kDays) {
    allowed.append(allowed.empty() ? "" : ", ").append(std::to_string(each));
  }
  return broken_rule(std::to_string(days), "retentionInDays",
                     "Member must satisfy enum value set: [" + allowed + "]");
}

Result<std::string> group_of_identifier(std::string_view identifier) {
  if (!all_of(identifier, "_#+=/:,.@-") || identifier.empty()) {
    return Error{ErrorCode::kInvalid,
                 "1 validation error detected: Value at 'logGroupIdentifier' failed to satisfy "
                 "constraint: Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*"};
  }
  if (!identifier.starts_with("arn:")) return std::string(identifier);
  constexpr std::string_view kMark = ":log-group:";
  const std::size_t mark = identifier.find(kMark);
  if (mark == std::string_view::npos) {
    return Error{ErrorCode::kInvalid, "Invalid ARN: " + std::string(identifier)};
  }
  return std::string(identifier.substr(mark + kMark.size()));
}

}  // namespace tracery::cwlogs
