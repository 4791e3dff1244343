// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "protocols/cwlogs/insights_query.h"

namespace tracery::cwlogs {

/// The start of the period that a time lies in, ns since the Unix epoch. Fixed lengths are counted
/// from the epoch (weeks from a Monday), months and longer by the calendar, in UTC.
std::int64_t floor_time(std::int64_t time_ns, const Period& period);
/// The time itself when a period starts there, else the start of the next one.
std::int64_t ceil_time(std::int64_t time_ns, const Period& period);
/// The same day of the month before, or its last; same time of day.
std::int64_t month_before(std::int64_t time_ns);

}  // namespace tracery::cwlogs
