// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "record/metric_record.h"
#include "record/span_record.h"

namespace tracery::app::otlp {

/// Encodes export requests of OTLP 1.x. Pure functions; the JSON follows the OTLP mapping (ids in
/// hex, 64-bit integers as strings). Records are grouped by their scope.
/// Source: opentelemetry-proto, collector/{trace,logs,metrics}/v1.
std::string encode_protobuf(const record::Fields& resource,
                            std::span<const record::SpanPointer> spans);
std::string encode_protobuf(const record::Fields& resource,
                            std::span<const record::LogRecord> logs);
std::string encode_protobuf(const record::Fields& resource,
                            std::span<const record::MetricRecord> metrics);

std::string encode_json(const record::Fields& resource, std::span<const record::SpanPointer> spans);
std::string encode_json(const record::Fields& resource, std::span<const record::LogRecord> logs);
std::string encode_json(const record::Fields& resource,
                        std::span<const record::MetricRecord> metrics);

}  // namespace tracery::app::otlp
