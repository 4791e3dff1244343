// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Names of the columns that a log event becomes; docs/wire/cwlogs.md has the whole mapping. The
/// dataset is the log group, the event's time its timestamp, model::names::kBody its message.
namespace tracery::cwlogs::names {

/// OpenTelemetry's names for the two (one value here, where it has lists).
inline constexpr std::string_view kLogGroup = "aws.log.group.names";
inline constexpr std::string_view kLogStream = "aws.log.stream.names";

/// An integer that no two log events share and that ascends in the order they were ingested: the
/// nanoseconds since the Unix epoch at which the event came, made unique. So it is the ingestion
/// time too: `ingestion_ms`.
inline constexpr std::string_view kSequence = "aws.log.sequence";

/// On the first event of each request only: the sum, over the request, of what AWS counts as
/// stored (UTF-8 bytes of the message, and 26 for each event).
inline constexpr std::string_view kBatchBytes = "aws.log.batch_bytes";

/// The level a message says it has, lower case, in OTLP's words: trace, debug, info, warn, error,
/// fatal. A JSON message with a member of this name keeps that instead, as it is.
inline constexpr std::string_view kSeverity = "severity";

constexpr std::int64_t ingestion_ms(std::int64_t sequence) { return sequence / 1'000'000; }

/// The column that a field found in a JSON message is stored in. That is the field's own path
/// ("user.id", "items.0.id") unless a column of ours has that name; then it has "json." before it.
std::string column_of_field(std::string_view field);

/// The other way round: the field of a JSON message that a column holds; "" for columns of ours
/// (system columns, `body`, `meta.*`, `trace.*`).
std::string_view field_of_column(std::string_view column);

}  // namespace tracery::cwlogs::names
