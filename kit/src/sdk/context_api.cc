// SPDX-License-Identifier: Apache-2.0
// The calls of tracery/app/context.h.
#include <opentelemetry/baggage/baggage_context.h>
#include <opentelemetry/context/propagation/global_propagator.h>

#include "sdk/context_state.h"
#include "sdk/conversion.h"
#include "sdk/propagator.h"

namespace tracery::app {
namespace {

using opentelemetry::context::RuntimeContext;
using opentelemetry::context::propagation::GlobalTextMapPropagator;

Scope attach(const opentelemetry::context::Context& context) {
  auto state = std::make_unique<detail::ScopeState>();
  state->token = RuntimeContext::Attach(context);
  return Scope(std::move(state));
}

}  // namespace

Scope::Scope(std::unique_ptr<detail::ScopeState> state) noexcept : state_(std::move(state)) {}
Scope::Scope(Scope&&) noexcept = default;
Scope& Scope::operator=(Scope&&) noexcept = default;
Scope::~Scope() = default;

Context capture() noexcept {
  return Context(std::make_shared<const detail::ContextState>(
      detail::ContextState{RuntimeContext::GetCurrent()}));
}

Scope adopt(const Context& context) noexcept {
  return attach(context.state() ? context.state()->context : opentelemetry::context::Context());
}

std::string baggage(std::string_view key) {
  const auto all = opentelemetry::baggage::GetBaggage(RuntimeContext::GetCurrent());
  std::string value;
  all->GetValue(sdk::to_otel(key), value);
  return value;
}

Scope set_baggage(std::string_view key, std::string_view value) noexcept {
  auto context = RuntimeContext::GetCurrent();
  const auto more =
      opentelemetry::baggage::GetBaggage(context)->Set(sdk::to_otel(key), sdk::to_otel(value));
  return attach(opentelemetry::baggage::SetBaggage(context, more));
}

std::vector<Header> inject() {
  sdk::HeaderCarrier carrier;
  const auto context = RuntimeContext::GetCurrent();
  GlobalTextMapPropagator::GetGlobalPropagator()->Inject(carrier, context);
  return std::move(carrier).take();
}

Context extract(std::span<const Header> headers) noexcept {
  const sdk::HeaderCarrier carrier(headers);
  auto context = RuntimeContext::GetCurrent();
  return Context(std::make_shared<const detail::ContextState>(detail::ContextState{
      GlobalTextMapPropagator::GetGlobalPropagator()->Extract(carrier, context)}));
}

}  // namespace tracery::app
