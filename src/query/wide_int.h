// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tracery::query {

/// 128-bit integers of the compiler, for sums that cannot overflow.
__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

}  // namespace tracery::query
