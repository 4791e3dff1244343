// SPDX-License-Identifier: Apache-2.0
#include "api/error_status.h"

namespace tracery::api {

ErrorStatus status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformed: return {400, 3, false};
    case ErrorCode::kInvalid: return {400, 3, false};
    case ErrorCode::kTooLarge: return {413, 8, false};
    case ErrorCode::kUnsupported: return {415, 12, false};
    case ErrorCode::kUnauthenticated: return {401, 16, false};
    case ErrorCode::kForbidden: return {403, 7, false};
    case ErrorCode::kNotFound: return {404, 5, false};
    case ErrorCode::kConflict: return {409, 6, false};
    case ErrorCode::kOverloaded: return {429, 8, true};
    case ErrorCode::kUnavailable: return {503, 14, true};
    case ErrorCode::kCancelled: return {409, 1, false};
    case ErrorCode::kDeadline: return {504, 4, false};
    case ErrorCode::kCorrupt: return {500, 13, false};
    case ErrorCode::kIo: return {500, 13, false};
    case ErrorCode::kInternal: return {500, 13, false};
  }
  return {};
}

}  // namespace tracery::api
