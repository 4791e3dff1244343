// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/problem.h"

namespace tracery::xray {

std::string_view to_string(Problem problem) {
  switch (problem) {
    case Problem::kParseError: return "ParseError";
    case Problem::kTooLarge: return "SegmentTooLarge";
    case Problem::kMissingId: return "MissingId";
    case Problem::kInvalidId: return "InvalidId";
    case Problem::kMissingTraceId: return "MissingTraceId";
    case Problem::kInvalidTraceId: return "InvalidTraceId";
    case Problem::kMissingName: return "MissingName";
    case Problem::kInvalidName: return "InvalidName";
    case Problem::kMissingStartTime: return "MissingStartTime";
    case Problem::kMissingEndTime: return "MissingEndTime";
    case Problem::kMissingParentId: return "MissingParentId";
    case Problem::kInvalidParentId: return "InvalidParentId";
    case Problem::kBadHeader: return "BadHeader";
    case Problem::kNoDocument: return "NoDocument";
  }
  return "";
}

std::string Unprocessed::message() const {
  const std::string code(to_string(problem));
  if (is_subsegment) return "Invalid subsegment. ErrorCode: " + code + ", Cause: null";
  return "Invalid segment. ErrorCode: " + code;
}

}  // namespace tracery::xray
