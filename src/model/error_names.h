// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// Names of the fields that make an event an occurrence of an error, whoever reported it.
namespace tracery::model::names {

/// Id of the occurrence: an integer, unique on the server, ascending with the time of receipt
/// (docs/wire/rollbar.md says how it is made up).
inline constexpr std::string_view kErrorId = "meta.error_id";
/// Key of the item the occurrence was grouped into: an id of 16 bytes.
inline constexpr std::string_view kErrorItem = "meta.error_item";
/// On an event that tells of an occurrence which another one told of first: that one's id. Such an
/// event is not counted.
inline constexpr std::string_view kErrorDuplicateOf = "meta.error_duplicate_of";
/// As the reporter named the occurrence, or drawn for it.
inline constexpr std::string_view kErrorUuid = "meta.error_uuid";
inline constexpr std::string_view kErrorTitle = "meta.error_title";

inline constexpr std::string_view kExceptionType = "exception.type";
inline constexpr std::string_view kExceptionMessage = "exception.message";
inline constexpr std::string_view kExceptionStacktrace = "exception.stacktrace";

}  // namespace tracery::model::names
