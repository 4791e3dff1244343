// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tracery/app/attribute.h"

namespace tracery::app {

enum class SpanKind { kInternal, kServer, kClient, kProducer, kConsumer };
enum class StatusCode { kUnset, kOk, kError };

namespace detail {
struct SpanState;
}

/// A span that somebody else ends: what `current()` gives. Cheap to copy; calls after the span's
/// end, or without any span, do nothing. Safe to use from several threads at once.
///
/// No call throws. All give the handle back, so that they can be chained:
/// `span.set("app.user_id", id).event("cache miss");`
class SpanHandle {
 public:
  SpanHandle() noexcept = default;

  /// Sets an attribute; the last value of a key wins. At most 128 keys and 64 KiB a text by
  /// default (`OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`).
  SpanHandle& set(std::string_view key, const AttributeView& value) noexcept;
  SpanHandle& event(std::string_view name, Attributes attributes = {}) noexcept;
  /// Links another trace's span, named as in a W3C `traceparent` header.
  SpanHandle& link(std::string_view traceparent) noexcept;
  SpanHandle& status(StatusCode code, std::string_view description = {}) noexcept;
  SpanHandle& rename(std::string_view name) noexcept;

  /// Records an `exception` event (`exception.type`, `.message`, `.stacktrace` of the throw site
  /// when it is known) and sets the status to error. The chain of `std::nested_exception` goes
  /// into the stack trace.
  SpanHandle& record_exception(const std::exception& error) noexcept;
  /// The same for whatever is being handled, in a `catch (...)`.
  SpanHandle& record_current_exception() noexcept;

  /// Whether anybody will see what is set: false when the span is not sampled or has ended. Ask
  /// before computing something costly.
  bool is_recording() const noexcept;
  std::string trace_id() const;     ///< 32 hex digits, "" without a span.
  std::string span_id() const;      ///< 16 hex digits, "" without a span.
  std::string traceparent() const;  ///< As a W3C header, "" without a span.

 protected:
  friend SpanHandle current() noexcept;
  explicit SpanHandle(std::shared_ptr<detail::SpanState> state) noexcept
      : state_(std::move(state)) {}

  std::shared_ptr<detail::SpanState> state_;
};

/// How a span begins.
struct SpanOptions {
  SpanKind kind = SpanKind::kInternal;
  std::string_view scope = "tracery.app";  ///< Name of the tracer: the instrumented library.
  bool root = false;                       ///< Begin a new trace, whatever is current.
  Attributes attributes = {};              ///< Seen by the sampler already.
};

/// A span from here to the end of the block. It is the current span of its thread meanwhile, so
/// spans begun inside become its children. End it on the thread that began it, innermost first.
/// Leaving the block by an exception marks the span as failed.
class [[nodiscard]] Span : public SpanHandle {
 public:
  explicit Span(std::string_view name, const SpanOptions& options = {}) noexcept;
  Span(Span&& other) noexcept;
  Span& operator=(Span&& other) noexcept;
  ~Span();

  /// Ends the span before its block does. Further calls do nothing.
  void end() noexcept;

  /// Stops being the current span of this thread, but stays open: for work that goes on elsewhere,
  /// where a captured context brings it back. It may then be ended on any thread.
  void leave_thread() noexcept;

 private:
  int exceptions_in_flight_ = 0;
};

/// The span that is current on this thread.
SpanHandle current() noexcept;

/// Begins a span named `text` that lasts until the end of the block: `TRACERY_SPAN(span, "load")`.
#define TRACERY_SPAN(variable, ...) ::tracery::app::Span variable(__VA_ARGS__)

}  // namespace tracery::app
