// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/documents.h"
#include "base/result.h"

namespace tracery::app {

/// Makes the board "Getting started" and its four saved queries, unless a board was ever made.
Status create_starter_board(Documents& documents);

}  // namespace tracery::app
