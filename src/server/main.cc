// SPDX-License-Identifier: Apache-2.0
#include "server/cli.h"

int main(int argc, char** argv) { return tracery::server::run_command_line(argc, argv); }
