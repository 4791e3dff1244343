// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>

#include "app/trace_retrievals.h"
#include "app/xray_groups.h"
#include "app/xray_intake.h"
#include "app/xray_sampling_rules.h"
#include "app/xray_sampling_targets.h"
#include "app/xray_senders.h"
#include "app/xray_settings.h"
#include "app/xray_traces.h"
#include "net/udp_receiver.h"

namespace tracery::api {

/// What the X-Ray handlers work with besides Services. Borrowed; all of it outlives the listeners.
struct XrayServices {
  XrayServices(app::Documents& documents, const Clock& clock, app::XrayIntake& intake_,
               app::XrayTraces::TakeSnapshot snapshot, const query::RunOptions& trace_options)
      : intake(intake_),
        groups(documents),
        rules(documents, clock),
        targets(clock),
        settings(documents),
        traces(std::move(snapshot), app::find_among(groups), trace_options),
        retrievals(clock) {}

  app::XrayIntake& intake;
  app::XrayGroups groups;
  app::XraySamplingRules rules;
  app::XraySamplingTargets targets;
  app::XraySettings settings;
  app::XraySenders senders;
  app::XrayTraces traces;
  app::TraceRetrievals retrievals;
  /// Of the daemon's socket; all zero while it is off.
  std::function<net::UdpCounters()> datagrams = [] { return net::UdpCounters{}; };
  bool is_strict = false;  ///< AWS's own limits hold.
};

}  // namespace tracery::api
