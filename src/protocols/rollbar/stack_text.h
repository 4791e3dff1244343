// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "protocols/rollbar/report.h"

namespace tracery::rollbar {

/// Reads a stack trace that came as text (OpenTelemetry's exception.stacktrace) into exceptions,
/// the reported one first, its causes after it; frames with the most recent call last. Knows the
/// forms of Python, Java, JavaScript, .NET, Go, Ruby, PHP and Rust. `type` and `message` name the
/// reported exception. There is always at least one; it has no frames when nothing was understood.
std::vector<Exception> read_stack_text(std::string_view text, std::string_view type,
                                       std::string_view message);

}  // namespace tracery::rollbar
