// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/span_record.h"

namespace tracery::app::sdk {

/// What a sink of spans implements. Calls come from the application's threads, so they must be
/// quick and must not throw.
class SpanListener {
 public:
  virtual ~SpanListener() = default;
  /// A recorded span has begun: ids, name, kind, start and first attributes are there.
  virtual void on_start(const record::SpanRecord& span) noexcept = 0;
  virtual void on_end(const record::SpanPointer& span) noexcept = 0;
};

}  // namespace tracery::app::sdk
