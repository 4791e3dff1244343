// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tracery::honeycomb {

/// Kinds of problem documents of the v1 API (`application/problem+json`).
enum class ProblemKind : std::uint8_t {
  kUnparseable,       ///< 400
  kNotFound,          ///< 404
  kConflict,          ///< 409
  kTooLarge,          ///< 413
  kValidationFailed,  ///< 422
  kRateLimited,       ///< 429
};

/// One entry of `type_detail`.
struct FieldProblem {
  std::string field;        ///< For example "name" or "calculations[0].column".
  std::string code;         ///< "invalid", "missing", "incorrect_type" or "already_exists".
  std::string description;  ///< For example "cannot be blank".
};

/// 404 for kNotFound, and so on.
int problem_status(ProblemKind kind);

/// The document. `base_url` is the scheme and host the client called, without a final slash; an
/// empty `error` becomes the kind's usual one. Source: Honeycomb API reference, "Errors".
std::string encode_problem(ProblemKind kind, std::string_view base_url, std::string_view error = {},
                           std::span<const FieldProblem> details = {});

/// `{"error":"…"}`: the body of 401 and of errors of the events API.
std::string encode_error(std::string_view error);

}  // namespace tracery::honeycomb
