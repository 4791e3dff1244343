// SPDX-License-Identifier: Apache-2.0
#include "sdk/propagator.h"

#include <algorithm>

#include <opentelemetry/baggage/propagation/baggage_propagator.h>
#include <opentelemetry/trace/context.h>
#include <opentelemetry/trace/propagation/b3_propagator.h>
#include <opentelemetry/trace/propagation/jaeger.h>
#include <opentelemetry/trace/trace_state.h>

#include "config/environment.h"
#include "record/traceparent.h"
#include "sdk/conversion.h"

namespace tracery::app::sdk {
namespace {

namespace api = opentelemetry::trace;
namespace nostd = opentelemetry::nostd;
using opentelemetry::context::Context;
using opentelemetry::context::propagation::TextMapCarrier;
using opentelemetry::context::propagation::TextMapPropagator;

record::Traceparent parent_of(const api::SpanContext& context) {
  record::Traceparent parent;
  context.trace_id().CopyBytesTo(nostd::span<std::uint8_t, 16>(parent.trace_id.data(), 16));
  context.span_id().CopyBytesTo(nostd::span<std::uint8_t, 8>(parent.span_id.data(), 8));
  parent.flags = context.trace_flags().flags();
  return parent;
}

Context with_remote_parent(Context& context, const record::Traceparent& parent,
                           nostd::shared_ptr<api::TraceState> state) {
  const nostd::span<const std::uint8_t, 16> trace(parent.trace_id.data(), 16);
  const nostd::span<const std::uint8_t, 8> span(parent.span_id.data(), 8);
  const api::SpanContext remote(api::TraceId(trace), api::SpanId(span),
                                api::TraceFlags(parent.flags), true, std::move(state));
  return api::SetSpan(context, nostd::shared_ptr<api::Span>(new api::DefaultSpan(remote)));
}

/// W3C Trace Context. The packaged one takes upper-case ids and versions with anything behind.
class TraceContextPropagator final : public TextMapPropagator {
 public:
  void Inject(TextMapCarrier& carrier, const Context& context) noexcept override {
    const api::SpanContext span = api::GetSpan(context)->GetContext();
    if (!span.IsValid()) return;
    carrier.Set("traceparent", to_otel(record::format_traceparent(parent_of(span))));
    const std::string state = span.trace_state()->ToHeader();
    if (!state.empty()) carrier.Set("tracestate", to_otel(state));
  }

  Context Extract(const TextMapCarrier& carrier, Context& context) noexcept override {
    const auto parent = record::parse_traceparent(from_otel(carrier.Get("traceparent")));
    if (!parent) return context;
    return with_remote_parent(context, *parent,
                              api::TraceState::FromHeader(carrier.Get("tracestate")));
  }

  bool Fields(nostd::function_ref<bool(nostd::string_view)> callback) const noexcept override {
    return callback("traceparent") && callback("tracestate");
  }
};

/// AWS X-Ray's header.
class XrayPropagator final : public TextMapPropagator {
 public:
  void Inject(TextMapCarrier& carrier, const Context& context) noexcept override {
    const api::SpanContext span = api::GetSpan(context)->GetContext();
    if (!span.IsValid()) return;
    carrier.Set("X-Amzn-Trace-Id", to_otel(record::format_xray_header(parent_of(span))));
  }

  Context Extract(const TextMapCarrier& carrier, Context& context) noexcept override {
    const auto header = record::parse_xray_header(from_otel(carrier.Get("x-amzn-trace-id")));
    // Without a parent there is no span to continue, by the API's rules; a load balancer sends
    // such headers.
    if (!header || header->parent.span_id == record::SpanId{}) return context;
    return with_remote_parent(context, header->parent, api::TraceState::GetDefault());
  }

  bool Fields(nostd::function_ref<bool(nostd::string_view)> callback) const noexcept override {
    return callback("x-amzn-trace-id");
  }
};

/// Propagators in the order of their names. What is extracted later replaces what was extracted
/// before, so extraction goes from the last to the first.
class OrderedPropagators final : public TextMapPropagator {
 public:
  explicit OrderedPropagators(std::vector<std::unique_ptr<TextMapPropagator>> propagators)
      : propagators_(std::move(propagators)) {}

  void Inject(TextMapCarrier& carrier, const Context& context) noexcept override {
    for (const auto& propagator : propagators_) propagator->Inject(carrier, context);
  }

  Context Extract(const TextMapCarrier& carrier, Context& context) noexcept override {
    Context result = context;
    for (auto at = propagators_.rbegin(); at != propagators_.rend(); ++at) {
      result = (*at)->Extract(carrier, result);
    }
    return result;
  }

  bool Fields(nostd::function_ref<bool(nostd::string_view)> callback) const noexcept override {
    return std::ranges::all_of(propagators_,
                               [&](const auto& one) { return one->Fields(callback); });
  }

 private:
  const std::vector<std::unique_ptr<TextMapPropagator>> propagators_;
};

std::unique_ptr<TextMapPropagator> make_one(const std::string& name) {
  if (name == "tracecontext") return std::make_unique<TraceContextPropagator>();
  if (name == "xray") return std::make_unique<XrayPropagator>();
  if (name == "b3") return std::make_unique<api::propagation::B3Propagator>();
  if (name == "b3multi") return std::make_unique<api::propagation::B3PropagatorMultiHeader>();
  if (name == "jaeger") return std::make_unique<api::propagation::JaegerPropagator>();
  return std::make_unique<opentelemetry::baggage::propagation::BaggagePropagator>();
}

}  // namespace

std::unique_ptr<TextMapPropagator> make_propagator(const std::vector<std::string>& names) {
  std::vector<std::unique_ptr<TextMapPropagator>> propagators;
  for (const std::string& name : names) propagators.push_back(make_one(name));
  return std::make_unique<OrderedPropagators>(std::move(propagators));
}

HeaderCarrier::HeaderCarrier(std::span<const Header> headers) {
  for (const Header& header : headers) {
    const std::string name = config::lower_case(header.name);
    const auto known = std::ranges::find(headers_, name, &Header::name);
    if (known == headers_.end()) {
      headers_.push_back({name, header.value});
    } else {
      known->value += "," + header.value;
    }
  }
}

nostd::string_view HeaderCarrier::Get(nostd::string_view key) const noexcept {
  const std::string name = config::lower_case(from_otel(key));
  const auto found = std::ranges::find(headers_, name, &Header::name);
  return found == headers_.end() ? nostd::string_view() : to_otel(found->value);
}

void HeaderCarrier::Set(nostd::string_view key, nostd::string_view value) noexcept {
  headers_.push_back({std::string(from_otel(key)), std::string(from_otel(value))});
}

bool HeaderCarrier::Keys(nostd::function_ref<bool(nostd::string_view)> callback) const noexcept {
  return std::ranges::all_of(headers_,
                             [&](const Header& header) { return callback(to_otel(header.name)); });
}

}  // namespace tracery::app::sdk
