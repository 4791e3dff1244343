// SPDX-License-Identifier: Apache-2.0
// The calls of tracery/app/span.h.
#include <utility>

#include <opentelemetry/trace/context.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/tracer.h>

#include "record/exception_report.h"
#include "record/traceparent.h"
#include "sdk/attribute_list.h"
#include "sdk/context_state.h"
#include "sdk/span_processor.h"
#include "tracery/app/span.h"

namespace tracery::app {
namespace {

namespace api = opentelemetry::trace;
namespace nostd = opentelemetry::nostd;
using opentelemetry::context::RuntimeContext;

nostd::shared_ptr<api::Span> start_span(std::string_view name, const SpanOptions& options) {
  api::StartSpanOptions start;
  start.kind = static_cast<api::SpanKind>(options.kind);
  if (options.root) {
    opentelemetry::context::Context root;
    start.parent = root.SetValue(api::kIsRootSpanKey, true);
  }
  const auto tracer = api::Provider::GetTracerProvider()->GetTracer(sdk::to_otel(options.scope));
  return tracer->StartSpan(sdk::to_otel(name), sdk::AttributeList(options.attributes), start);
}

record::Traceparent parent_of(const api::SpanContext& context) {
  record::Traceparent parent;
  context.trace_id().CopyBytesTo(nostd::span<std::uint8_t, 16>(parent.trace_id.data(), 16));
  context.span_id().CopyBytesTo(nostd::span<std::uint8_t, 8>(parent.span_id.data(), 8));
  parent.flags = context.trace_flags().flags();
  return parent;
}

void add_exception(api::Span& span, const std::vector<record::ExceptionInfo>& chain) {
  const record::ExceptionInfo& outermost = chain.front();
  const std::string stack = record::chain_text(chain);
  span.AddEvent("exception", sdk::AttributeList({{"exception.type", outermost.type},
                                                 {"exception.message", outermost.message},
                                                 {"exception.stacktrace", stack}}));
  span.SetAttribute("error.type", sdk::to_otel(outermost.type));
  span.SetStatus(api::StatusCode::kError, sdk::to_otel(outermost.message));
}

}  // namespace

SpanHandle& SpanHandle::set(std::string_view key, const AttributeView& value) noexcept {
  if (!state_) return *this;
  std::vector<nostd::string_view> texts;
  state_->span->SetAttribute(sdk::to_otel(key), sdk::to_otel(value, texts));
  return *this;
}

SpanHandle& SpanHandle::event(std::string_view name, Attributes attributes) noexcept {
  if (state_) state_->span->AddEvent(sdk::to_otel(name), sdk::AttributeList(attributes));
  return *this;
}

SpanHandle& SpanHandle::link(std::string_view traceparent) noexcept {
  return set(sdk::kLinkOrder, traceparent);
}

SpanHandle& SpanHandle::status(StatusCode code, std::string_view description) noexcept {
  if (state_) {
    state_->span->SetStatus(static_cast<api::StatusCode>(code), sdk::to_otel(description));
  }
  return *this;
}

SpanHandle& SpanHandle::rename(std::string_view name) noexcept {
  if (state_) state_->span->UpdateName(sdk::to_otel(name));
  return *this;
}

SpanHandle& SpanHandle::record_exception(const std::exception& error) noexcept {
  if (is_recording()) add_exception(*state_->span, record::describe(error));
  return *this;
}

SpanHandle& SpanHandle::record_current_exception() noexcept {
  if (is_recording()) add_exception(*state_->span, record::describe_current());
  return *this;
}

bool SpanHandle::is_recording() const noexcept { return state_ && state_->span->IsRecording(); }

std::string SpanHandle::trace_id() const {
  const std::string parent = traceparent();
  return parent.empty() ? "" : parent.substr(3, 32);
}

std::string SpanHandle::span_id() const {
  const std::string parent = traceparent();
  return parent.empty() ? "" : parent.substr(36, 16);
}

std::string SpanHandle::traceparent() const {
  if (!state_) return "";
  const api::SpanContext context = state_->span->GetContext();
  return context.IsValid() ? record::format_traceparent(parent_of(context)) : "";
}

Span::Span(std::string_view name, const SpanOptions& options) noexcept
    : SpanHandle(std::make_shared<detail::SpanState>()),
      exceptions_in_flight_(std::uncaught_exceptions()) {
  state_->span = start_span(name, options);
  auto context = RuntimeContext::GetCurrent();
  state_->token = RuntimeContext::Attach(api::SetSpan(context, state_->span));
}

Span::Span(Span&& other) noexcept
    : SpanHandle(std::exchange(other.state_, nullptr)),
      exceptions_in_flight_(other.exceptions_in_flight_) {}

Span& Span::operator=(Span&& other) noexcept {
  if (this == &other) return *this;
  end();
  state_ = std::exchange(other.state_, nullptr);
  exceptions_in_flight_ = other.exceptions_in_flight_;
  return *this;
}

Span::~Span() {
  if (!state_) return;
  if (std::uncaught_exceptions() > exceptions_in_flight_) {
    // What is in flight cannot be looked at before somebody catches it.
    state_->span->SetStatus(api::StatusCode::kError, "left by an exception");
  }
  end();
}

void Span::end() noexcept {
  if (!state_) return;
  state_->token = nullptr;
  state_->span->End();
}

void Span::leave_thread() noexcept {
  if (state_) state_->token = nullptr;
}

SpanHandle current() noexcept {
  const auto context = RuntimeContext::GetCurrent();
  if (!context.HasKey(api::kSpanKey)) return {};
  auto state = std::make_shared<detail::SpanState>();
  state->span = api::GetSpan(context);
  return SpanHandle(std::move(state));
}

}  // namespace tracery::app
