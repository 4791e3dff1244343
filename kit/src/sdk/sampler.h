// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <opentelemetry/sdk/trace/id_generator.h>
#include <opentelemetry/sdk/trace/sampler.h>

#include "config/config.h"

namespace tracery::app::sdk {

/// The sampler that `OTEL_TRACES_SAMPLER` names.
std::unique_ptr<opentelemetry::sdk::trace::Sampler> make_sampler(
    const config::SamplerSettings& settings);

/// Random ids, from a generator per thread that is seeded by the kernel and again after a fork.
/// With `starts_with_time` the first four bytes of a trace id are the seconds since the epoch, as
/// X-Ray's ids have them.
std::unique_ptr<opentelemetry::sdk::trace::IdGenerator> make_id_generator(bool starts_with_time);

}  // namespace tracery::app::sdk
