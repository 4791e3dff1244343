// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// Names of the fields that make an event an occurrence of an error, whoever reported it.
namespace tracery::model::names {

/// Id of the occurrence: an integer, unique on the server, ascending with the time of receipt
/// (docs/wire/rollbar.md says how it is made up).
inline constexpr std::string_view kErrorId = "error.id";
/// Key of the item the occurrence was grouped into: an id of 16 bytes.
inline constexpr std::string_view kErrorItem = "error.item";
/// On an event that tells of an occurrence which another one told of first: that one's id. Such an
/// event is not counted.
inline constexpr std::string_view kErrorDuplicateOf = "error.duplicate_of";
/// As the reporter named the occurrence, or drawn for it.
inline constexpr std::string_view kErrorUuid = "error.uuid";
inline constexpr std::string_view kErrorTitle = "error.title";

inline constexpr std::string_view kExceptionType = "exception.type";
inline constexpr std::string_view kExceptionMessage = "exception.message";
inline constexpr std::string_view kExceptionStacktrace = "exception.stacktrace";

}  // namespace tracery::model::names
