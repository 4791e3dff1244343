// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "app/trace_retrievals.h"
#include "app/xray_intake.h"
#include "app/xray_traces.h"
#include "net/udp_receiver.h"

namespace tracery::api {

/// What the X-Ray handlers work with besides Services. Borrowed; all of it outlives the listeners.
struct XrayServices {
  XrayServices(const Clock& clock, app::XrayIntake& intake_, app::XrayTraces& traces_)
      : intake(intake_), traces(traces_), retrievals(clock) {}

  app::XrayIntake& intake;
  app::XrayTraces& traces;
  app::TraceRetrievals retrievals;
  /// Of the daemon's socket; all zero while it is off.
  std::function<net::UdpCounters()> datagrams;
};

}  // namespace tracery::api
