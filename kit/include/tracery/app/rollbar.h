// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "tracery/app/attribute.h"

/// Reports to Rollbar by hand. Exceptions that escape a request handler are reported by the
/// middleware already. Everything here does nothing without `ROLLBAR_ACCESS_TOKEN`, never blocks
/// and never throws.
namespace tracery::app::rollbar {

enum class Level { kDebug, kInfo, kWarning, kError, kCritical };

/// Reports an exception with the stack of the place that threw it (where the program links the
/// throw hook, see `kit/README.md`), the chain of `std::nested_exception`, and the request, person
/// and trace that are current.
/// \return the occurrence's uuid, "" if it was not taken (sink off, over the limit per minute).
std::string report(const std::exception& error, Level level = Level::kError,
                   Attributes custom = {}) noexcept;
/// The same for whatever is being handled, in a `catch (...)`.
std::string report_current_exception(Level level = Level::kError, Attributes custom = {}) noexcept;
/// Reports a message, as `rollbar.report_message` does.
std::string report(std::string_view message, Level level = Level::kInfo,
                   Attributes custom = {}) noexcept;

}  // namespace tracery::app::rollbar
