// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "api/services.h"
#include "api/source_mapping.h"
#include "app/error_breakdown.h"
#include "app/error_item.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "model/event.h"

namespace tracery::api {

/// An item as the errors screens get it (docs/wire/ui-api.md, "Errors"). `people` is null in the
/// answer when it was not worked out.
Status write_error_item(Services& services, JsonWriter& json, const app::ErrorItem& item,
                        const std::optional<std::uint64_t>& people);

/// One line of a list of occurrences.
void write_occurrence_row(JsonWriter& json, const model::Event& event, std::int64_t item_id);

/// The exceptions and the other parts of an occurrence's payload: what `GET errors/:id/
/// occurrences/:occurrence` has from "kind" to "telemetry". Frames are led back through `mapping`.
void write_payload_parts(JsonWriter& json, const model::Event& event, SourceMapping& mapping);

/// A text, or null when it is empty.
void write_text_or_null(JsonWriter& json, std::string_view key, std::string_view text);

}  // namespace tracery::api
