// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tracery::xray {

/// What is wrong with a document, by AWS's codes as far as they are known.
enum class Problem : std::uint8_t {
  kParseError,  ///< No JSON object.
  kTooLarge,
  kMissingId,
  kInvalidId,
  kMissingTraceId,
  kInvalidTraceId,
  kMissingName,
  kInvalidName,
  kMissingStartTime,
  kMissingEndTime,
  kMissingParentId,
  kInvalidParentId,
  // Of datagrams alone.
  kBadHeader,
  kNoDocument,
};

/// "MissingId", "SegmentTooLarge" and so on.
std::string_view to_string(Problem problem);

inline constexpr std::size_t kExcerptBytes = 200;

/// A document that was not stored, in the form PutTraceSegments tells of it.
struct Unprocessed {
  std::string id;  ///< Of the document's root; empty when it could not be read.
  Problem problem = Problem::kParseError;
  bool is_subsegment = false;  ///< The fault lies in a subsegment.
  std::string excerpt;         ///< How the document begins, for people.

  /// "Invalid segment. ErrorCode: MissingId"
  std::string message() const;
};

}  // namespace tracery::xray
