// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tracery::server {

/// Reads the command line and does what it says. Gives the exit code.
int run_command_line(int argc, const char* const* argv);

}  // namespace tracery::server
