// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/error_item.h"
#include "base/result.h"
#include "store/event_batch.h"

namespace tracery::app {

/// What makes an event of a decoded request an occurrence.
struct ErrorMark {
  std::uint32_t row = 0;
  std::int64_t id = 0;
  std::int64_t duplicate_of = 0;
  ItemKey key{};
};

struct MarkedOccurrence {
  ErrorMark mark;
  Occurrence occurrence;
};

std::vector<ErrorMark> marks_of(std::span<const MarkedOccurrence> marked);

/// True when marks can be put: no event brings fields of their names by itself.
bool can_mark(const store::EventBatch& batch);
/// Puts marks into their events; rows ascending.
void put_marks(store::EventBatch& batch, std::span<const ErrorMark> marks);

/// Marks as they stand in a log record's context, so that a replay puts the same. Never empty.
std::string encode_marks(std::span<const ErrorMark> marks);
/// kCorrupt when `text` is not of `encode_marks`.
Result<std::vector<ErrorMark>> decode_marks(std::string_view text);

}  // namespace tracery::app
