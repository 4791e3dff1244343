// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <opentelemetry/context/context.h>
#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/span.h>

#include "tracery/app/context.h"

namespace tracery::app::detail {

struct ContextState {
  opentelemetry::context::Context context;
};

struct ScopeState {
  opentelemetry::nostd::unique_ptr<opentelemetry::context::Token> token;
};

/// Behind a handle: the span, and for the one who began it what makes it current.
struct SpanState {
  opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span> span;
  opentelemetry::nostd::unique_ptr<opentelemetry::context::Token> token;
};

}  // namespace tracery::app::detail
