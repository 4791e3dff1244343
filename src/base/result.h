// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/check.h"

namespace tracery {

/// One value per thing a *caller* does differently. `api/error_status.cc` maps each to one HTTP
/// and one gRPC status.
enum class ErrorCode {
  kMalformed,        ///< The bytes are not what they claim to be.
  kInvalid,          ///< Well-formed, but breaks a rule of the interface.
  kTooLarge,         ///< Over a stated limit.
  kUnsupported,      ///< A media type, encoding or method that is not spoken here.
  kUnauthenticated,  ///< No key, or an unknown one.
  kForbidden,        ///< A known key without this right.
  kNotFound,
  kConflict,     ///< The name is taken, or the thing is protected or in use.
  kOverloaded,   ///< Try again later: a queue or a budget is full.
  kUnavailable,  ///< Try again later: storage cannot take writes now.
  kCancelled,
  kDeadline,
  kCorrupt,  ///< Bytes of our own on disk that fail their checksum or grammar.
  kIo,       ///< The operating system refused.
  kInternal,
};

/// Lower-case word for logs and JSON, for example "too_large".
std::string_view to_string(ErrorCode code);

struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::kInternal;
  /// Lower case, static words first, values last, no final stop, no secrets.
  std::string message;

  /// The same error with `context` said before it.
  Error with(std::string_view context) &&;
};

/// "code: message".
std::string to_string(const Error& error);

/// A value or an Error. Reading the side that is not there aborts.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return checked(); }
  const T& value() const& { return const_cast<Result*>(this)->checked(); }
  T&& value() && { return std::move(checked()); }
  T& operator*() & { return checked(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    TRACERY_CHECK(!ok());
    return std::get<1>(state_);
  }
  Error&& error() && {
    TRACERY_CHECK(!ok());
    return std::get<1>(std::move(state_));
  }

 private:
  T& checked() {
    TRACERY_CHECK(ok());
    return std::get<0>(state_);
  }

  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  void value() const { TRACERY_CHECK(ok()); }

  const Error& error() const& {
    TRACERY_CHECK(!ok());
    return *error_;
  }
  Error&& error() && {
    TRACERY_CHECK(!ok());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace tracery

/// Gives the value of a Result, or returns its Error from the enclosing function.
/// Never around `co_await`: g++ 12.2 crashes on it.
#define TRACERY_TRY(expression)                                           \
  __extension__({                                                         \
    auto tracery_result_ = (expression);                                  \
    if (!tracery_result_.ok()) return std::move(tracery_result_).error(); \
    std::move(tracery_result_).value();                                   \
  })
