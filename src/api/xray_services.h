// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "app/xray_intake.h"
#include "app/xray_traces.h"
#include "net/udp_receiver.h"

namespace tracery::api {

/// What the X-Ray handlers work with besides Services. Borrowed; all of it outlives the listeners.
struct XrayServices {
  app::XrayIntake& intake;
  app::XrayTraces& traces;
  /// Of the daemon's socket; all zero while it is off.
  std::function<net::UdpCounters()> datagrams;
};

}  // namespace tracery::api
