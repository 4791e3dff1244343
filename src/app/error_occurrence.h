// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "app/error_item.h"
#include "model/event.h"
#include "protocols/rollbar/report.h"

namespace tracery::app {

/// What an event of OpenTelemetry tells of an exception: an `exception` span event, or a log record
/// or a span with exception.* fields. Nothing when it tells of none. Field by field in
/// docs/wire/rollbar.md.
std::optional<rollbar::Report> report_of_exception(const model::Event& event);

/// The project an OpenTelemetry event's exception belongs to.
std::string project_of_exception(const model::Event& event);

/// The key of a report's item by the rules of one version.
ItemKey key_by_rules(const rollbar::Report& report, const std::string& project, int version);

/// What counting needs of a report, its item's key worked out by the newest rules. No id yet.
Occurrence describe_occurrence(const rollbar::Report& report, const std::string& project);

/// The same of a stored event, with its id and key as stored. Nothing when it is no occurrence.
std::optional<Occurrence> occurrence_of(const model::Event& event);

/// The report that a stored event holds, whatever its source.
std::optional<rollbar::Report> report_of(const model::Event& event);

/// A field as text: numbers by their digits, "" when absent.
std::string text_field(const model::Event& event, std::string_view name);

}  // namespace tracery::app
