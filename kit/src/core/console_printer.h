// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sdk/span_listener.h"

namespace tracery::app::core {

/// Prints each finished span on stderr, one line, for looking at what an instrumentation does.
class ConsolePrinter final : public sdk::SpanListener {
 public:
  void on_start(const record::SpanRecord&) noexcept override {}
  void on_end(const record::SpanPointer& span) noexcept override;
};

}  // namespace tracery::app::core
