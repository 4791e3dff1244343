// SPDX-License-Identifier: Apache-2.0
#pragma once

// The core of the kit in one include. HTTP servers, SQLite and spdlog have headers of their own.
#include "tracery/app/attribute.h"  // IWYU pragma: export
#include "tracery/app/context.h"    // IWYU pragma: export
#include "tracery/app/init.h"       // IWYU pragma: export
#include "tracery/app/log.h"        // IWYU pragma: export
#include "tracery/app/metric.h"     // IWYU pragma: export
#include "tracery/app/person.h"     // IWYU pragma: export
#include "tracery/app/span.h"       // IWYU pragma: export
