// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>
#include <vector>

namespace tracery::app::record {

/// One exception of a chain, as telemetry shows it.
struct ExceptionInfo {
  std::string type;     ///< Demangled: "std::logic_error".
  std::string message;  ///< what(), "" for a type without.
};

/// The chain that `std::nested_exception` makes, outermost first; never empty. At most 16 links.
std::vector<ExceptionInfo> describe(const std::exception& error);
/// The same for what is being handled; one entry with type "unknown" outside of a catch block.
std::vector<ExceptionInfo> describe_current();

/// `type: message` for each, as `exception.stacktrace` shows a chain.
std::string chain_text(const std::vector<ExceptionInfo>& chain);

}  // namespace tracery::app::record
