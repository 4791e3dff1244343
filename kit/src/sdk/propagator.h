// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <opentelemetry/context/propagation/text_map_propagator.h>

#include "tracery/app/context.h"

namespace tracery::app::sdk {

/// Makes the propagator that `OTEL_PROPAGATORS` describes: tracecontext, baggage, b3, b3multi,
/// jaeger, xray. If several name a trace, the one that stands first in the list wins.
std::unique_ptr<opentelemetry::context::propagation::TextMapPropagator> make_propagator(
    const std::vector<std::string>& names);

/// Headers as propagators see them. Names compare without case; a header that comes twice is one
/// with a comma between. Views given out live as long as the carrier.
class HeaderCarrier final : public opentelemetry::context::propagation::TextMapCarrier {
 public:
  HeaderCarrier() = default;
  explicit HeaderCarrier(std::span<const Header> headers);

  opentelemetry::nostd::string_view Get(
      opentelemetry::nostd::string_view key) const noexcept override;
  void Set(opentelemetry::nostd::string_view key,
           opentelemetry::nostd::string_view value) noexcept override;
  bool Keys(opentelemetry::nostd::function_ref<bool(opentelemetry::nostd::string_view)> callback)
      const noexcept override;

  std::vector<Header> take() && { return std::move(headers_); }

 private:
  std::vector<Header> headers_;  // Names in lower case when they were read from a request.
};

}  // namespace tracery::app::sdk
