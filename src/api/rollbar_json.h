// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/error_breakdown.h"
#include "app/error_item.h"
#include "app/error_projects.h"
#include "app/rate_limits.h"
#include "base/json_writer.h"
#include "model/event.h"

namespace tracery::api {

/// An item as the vendor's API shows it.
void write_rollbar_item(JsonWriter& json, const app::ErrorItem& item,
                        const app::Affected& affected);

/// An occurrence: `data` is the stored payload with "metadata" added; of OpenTelemetry's exceptions
/// a payload made up from the event.
void write_rollbar_instance(JsonWriter& json, const model::Event& event,
                            const app::ErrorItem& item);

void write_rollbar_project(JsonWriter& json, const app::ErrorProject& project);
void write_rollbar_token(JsonWriter& json, const app::ErrorToken& token,
                         const app::RateLimits::Window& window);

/// The payload of an event as JSON: the document it came with, or one made up from an exception.
std::string payload_of(const model::Event& event);

}  // namespace tracery::api
