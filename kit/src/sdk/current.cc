// SPDX-License-Identifier: Apache-2.0
#include "sdk/current.h"

#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/trace/context.h>

#include "tracery/app/person.h"
#include "tracery/app/span.h"

namespace tracery::app {
namespace sdk {
namespace {

namespace api = opentelemetry::trace;
namespace nostd = opentelemetry::nostd;
using opentelemetry::context::RuntimeContext;

}  // namespace

std::optional<record::Traceparent> current_ids() {
  const auto context = RuntimeContext::GetCurrent();
  if (!context.HasKey(api::kSpanKey)) return std::nullopt;
  const api::SpanContext span = api::GetSpan(context)->GetContext();
  if (!span.IsValid()) return std::nullopt;
  record::Traceparent ids;
  span.trace_id().CopyBytesTo(nostd::span<std::uint8_t, 16>(ids.trace_id.data(), 16));
  span.span_id().CopyBytesTo(nostd::span<std::uint8_t, 8>(ids.span_id.data(), 8));
  ids.flags = span.trace_flags().flags();
  return ids;
}

}  // namespace sdk

void set_person(std::string_view id, std::string_view name, std::string_view email) noexcept {
  SpanHandle span = current();
  span.set("user.id", id);
  if (!name.empty()) span.set("user.name", name);
  if (!email.empty()) span.set("user.email", email);
}

}  // namespace tracery::app
