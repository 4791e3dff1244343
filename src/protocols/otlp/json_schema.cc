// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/json_schema.h"

#include <array>

namespace tracery::otlp {
namespace {

using Kind = MemberKind;

constexpr bool kMany = true;

extern const JsonMessage kAnyValue;
extern const JsonMessage kKeyValue;

constexpr JsonMember many(std::string_view name, std::uint32_t number, const JsonMessage& message) {
  return {name, number, Kind::kMessage, kMany, &message, {}};
}
constexpr JsonMember one(std::string_view name, std::uint32_t number, const JsonMessage& message) {
  return {name, number, Kind::kMessage, !kMany, &message, {}};
}

constexpr std::array kSpanKinds = {
    EnumName{"SPAN_KIND_UNSPECIFIED", 0}, EnumName{"SPAN_KIND_INTERNAL", 1},
    EnumName{"SPAN_KIND_SERVER", 2},      EnumName{"SPAN_KIND_CLIENT", 3},
    EnumName{"SPAN_KIND_PRODUCER", 4},    EnumName{"SPAN_KIND_CONSUMER", 5}};

constexpr std::array kStatusCodes = {EnumName{"STATUS_CODE_UNSET", 0},
                                     EnumName{"STATUS_CODE_OK", 1},
                                     EnumName{"STATUS_CODE_ERROR", 2}};

constexpr std::array kSeverities = {
    EnumName{"SEVERITY_NUMBER_TRACE", 1},   EnumName{"SEVERITY_NUMBER_TRACE2", 2},
    EnumName{"SEVERITY_NUMBER_TRACE3", 3},  EnumName{"SEVERITY_NUMBER_TRACE4", 4},
    EnumName{"SEVERITY_NUMBER_DEBUG", 5},   EnumName{"SEVERITY_NUMBER_DEBUG2", 6},
    EnumName{"SEVERITY_NUMBER_DEBUG3", 7},  EnumName{"SEVERITY_NUMBER_DEBUG4", 8},
    EnumName{"SEVERITY_NUMBER_INFO", 9},    EnumName{"SEVERITY_NUMBER_INFO2", 10},
    EnumName{"SEVERITY_NUMBER_INFO3", 11},  EnumName{"SEVERITY_NUMBER_INFO4", 12},
    EnumName{"SEVERITY_NUMBER_WARN", 13},   EnumName{"SEVERITY_NUMBER_WARN2", 14},
    EnumName{"SEVERITY_NUMBER_WARN3", 15},  EnumName{"SEVERITY_NUMBER_WARN4", 16},
    EnumName{"SEVERITY_NUMBER_ERROR", 17},  EnumName{"SEVERITY_NUMBER_ERROR2", 18},
    EnumName{"SEVERITY_NUMBER_ERROR3", 19}, EnumName{"SEVERITY_NUMBER_ERROR4", 20},
    EnumName{"SEVERITY_NUMBER_FATAL", 21},  EnumName{"SEVERITY_NUMBER_FATAL2", 22},
    EnumName{"SEVERITY_NUMBER_FATAL3", 23}, EnumName{"SEVERITY_NUMBER_FATAL4", 24}};

// opentelemetry/proto/common/v1/common.proto, resource/v1/resource.proto

constexpr std::array kArrayMembers = {many("values", 1, kAnyValue)};
constexpr JsonMessage kArrayValue{kArrayMembers};
constexpr std::array kMapMembers = {many("values", 1, kKeyValue)};
constexpr JsonMessage kMapValue{kMapMembers};

constexpr std::array kAnyValueMembers = {
    JsonMember{"stringValue", 1, Kind::kString}, JsonMember{"boolValue", 2, Kind::kBool},
    JsonMember{"intValue", 3, Kind::kInt64},     JsonMember{"doubleValue", 4, Kind::kDouble},
    one("arrayValue", 5, kArrayValue),           one("kvlistValue", 6, kMapValue),
    JsonMember{"bytesValue", 7, Kind::kBytes}};
constexpr JsonMessage kAnyValue{kAnyValueMembers};

constexpr std::array kKeyValueMembers = {JsonMember{"key", 1, Kind::kString},
                                         one("value", 2, kAnyValue)};
constexpr JsonMessage kKeyValue{kKeyValueMembers};

constexpr std::array kResourceMembers = {many("attributes", 1, kKeyValue)};
constexpr JsonMessage kResource{kResourceMembers};

constexpr std::array kScopeMembers = {JsonMember{"name", 1, Kind::kString},
                                      JsonMember{"version", 2, Kind::kString},
                                      many("attributes", 3, kKeyValue)};
constexpr JsonMessage kScope{kScopeMembers};

// trace/v1/trace.proto

constexpr std::array kEventMembers = {JsonMember{"timeUnixNano", 1, Kind::kFixed64},
                                      JsonMember{"name", 2, Kind::kString},
                                      many("attributes", 3, kKeyValue)};
constexpr JsonMessage kEvent{kEventMembers};

constexpr std::array kLinkMembers = {
    JsonMember{"traceId", 1, Kind::kId}, JsonMember{"spanId", 2, Kind::kId},
    JsonMember{"traceState", 3, Kind::kString}, many("attributes", 4, kKeyValue)};
constexpr JsonMessage kLink{kLinkMembers};

constexpr std::array kStatusMembers = {
    JsonMember{"message", 2, Kind::kString},
    JsonMember{"code", 3, Kind::kEnum, !kMany, nullptr, kStatusCodes}};
constexpr JsonMessage kStatus{kStatusMembers};

constexpr std::array kSpanMembers = {
    JsonMember{"traceId", 1, Kind::kId},
    JsonMember{"spanId", 2, Kind::kId},
    JsonMember{"traceState", 3, Kind::kString},
    JsonMember{"parentSpanId", 4, Kind::kId},
    JsonMember{"name", 5, Kind::kString},
    JsonMember{"kind", 6, Kind::kEnum, !kMany, nullptr, kSpanKinds},
    JsonMember{"startTimeUnixNano", 7, Kind::kFixed64},
    JsonMember{"endTimeUnixNano", 8, Kind::kFixed64},
    many("attributes", 9, kKeyValue),
    many("events", 11, kEvent),
    many("links", 13, kLink),
    one("status", 15, kStatus)};
constexpr JsonMessage kSpan{kSpanMembers};

constexpr std::array kScopeSpansMembers = {one("scope", 1, kScope), many("spans", 2, kSpan),
                                           JsonMember{"schemaUrl", 3, Kind::kString}};
constexpr JsonMessage kScopeSpans{kScopeSpansMembers};

constexpr std::array kResourceSpansMembers = {
    one("resource", 1, kResource), many("scopeSpans", 2, kScopeSpans),
    JsonMember{"schemaUrl", 3, Kind::kString},
    many("instrumentationLibrarySpans", 1000, kScopeSpans)};
constexpr JsonMessage kResourceSpans{kResourceSpansMembers};
constexpr std::array kTracesMembers = {many("resourceSpans", 1, kResourceSpans)};

// logs/v1/logs.proto

constexpr std::array kLogRecordMembers = {
    JsonMember{"timeUnixNano", 1, Kind::kFixed64},
    JsonMember{"severityNumber", 2, Kind::kEnum, !kMany, nullptr, kSeverities},
    JsonMember{"severityText", 3, Kind::kString},
    one("body", 5, kAnyValue),
    many("attributes", 6, kKeyValue),
    JsonMember{"flags", 8, Kind::kFixed32},
    JsonMember{"traceId", 9, Kind::kId},
    JsonMember{"spanId", 10, Kind::kId},
    JsonMember{"observedTimeUnixNano", 11, Kind::kFixed64},
    JsonMember{"eventName", 12, Kind::kString}};
constexpr JsonMessage kLogRecord{kLogRecordMembers};

constexpr std::array kScopeLogsMembers = {one("scope", 1, kScope),
                                          many("logRecords", 2, kLogRecord),
                                          JsonMember{"schemaUrl", 3, Kind::kString}};
constexpr JsonMessage kScopeLogs{kScopeLogsMembers};

constexpr std::array kResourceLogsMembers = {one("resource", 1, kResource),
                                             many("scopeLogs", 2, kScopeLogs),
                                             JsonMember{"schemaUrl", 3, Kind::kString},
                                             many("instrumentationLibraryLogs", 1000, kScopeLogs)};
constexpr JsonMessage kResourceLogs{kResourceLogsMembers};
constexpr std::array kLogsMembers = {many("resourceLogs", 1, kResourceLogs)};

// metrics/v1/metrics.proto

constexpr std::array kNumberPointMembers = {
    JsonMember{"timeUnixNano", 3, Kind::kFixed64}, JsonMember{"asDouble", 4, Kind::kDouble},
    JsonMember{"asInt", 6, Kind::kFixed64}, many("attributes", 7, kKeyValue),
    JsonMember{"flags", 8, Kind::kInt64}};
constexpr JsonMessage kNumberPoint{kNumberPointMembers};

constexpr std::array kHistogramPointMembers = {
    JsonMember{"timeUnixNano", 3, Kind::kFixed64},
    JsonMember{"count", 4, Kind::kFixed64},
    JsonMember{"sum", 5, Kind::kDouble},
    JsonMember{"bucketCounts", 6, Kind::kFixed64, kMany},
    JsonMember{"explicitBounds", 7, Kind::kDouble, kMany},
    many("attributes", 9, kKeyValue),
    JsonMember{"flags", 10, Kind::kInt64},
    JsonMember{"min", 11, Kind::kDouble},
    JsonMember{"max", 12, Kind::kDouble}};
constexpr JsonMessage kHistogramPoint{kHistogramPointMembers};

constexpr std::array kBucketsMembers = {JsonMember{"offset", 1, Kind::kSint32},
                                        JsonMember{"bucketCounts", 2, Kind::kInt64, kMany}};
constexpr JsonMessage kBuckets{kBucketsMembers};

constexpr std::array kExponentialPointMembers = {
    many("attributes", 1, kKeyValue),       JsonMember{"timeUnixNano", 3, Kind::kFixed64},
    JsonMember{"count", 4, Kind::kFixed64}, JsonMember{"sum", 5, Kind::kDouble},
    JsonMember{"scale", 6, Kind::kSint32},  JsonMember{"zeroCount", 7, Kind::kFixed64},
    one("positive", 8, kBuckets),           one("negative", 9, kBuckets),
    JsonMember{"flags", 10, Kind::kInt64},  JsonMember{"min", 12, Kind::kDouble},
    JsonMember{"max", 13, Kind::kDouble},   JsonMember{"zeroThreshold", 14, Kind::kDouble}};
constexpr JsonMessage kExponentialPoint{kExponentialPointMembers};

constexpr std::array kQuantileMembers = {JsonMember{"quantile", 1, Kind::kDouble},
                                         JsonMember{"value", 2, Kind::kDouble}};
constexpr JsonMessage kQuantile{kQuantileMembers};

constexpr std::array kSummaryPointMembers = {JsonMember{"timeUnixNano", 3, Kind::kFixed64},
                                             JsonMember{"count", 4, Kind::kFixed64},
                                             JsonMember{"sum", 5, Kind::kDouble},
                                             many("quantileValues", 6, kQuantile),
                                             many("attributes", 7, kKeyValue),
                                             JsonMember{"flags", 8, Kind::kInt64}};
constexpr JsonMessage kSummaryPoint{kSummaryPointMembers};

constexpr std::array kNumberDataMembers = {many("dataPoints", 1, kNumberPoint)};
constexpr JsonMessage kNumberData{kNumberDataMembers};
constexpr std::array kHistogramMembers = {many("dataPoints", 1, kHistogramPoint)};
constexpr JsonMessage kHistogram{kHistogramMembers};
constexpr std::array kExponentialMembers = {many("dataPoints", 1, kExponentialPoint)};
constexpr JsonMessage kExponential{kExponentialMembers};
constexpr std::array kSummaryMembers = {many("dataPoints", 1, kSummaryPoint)};
constexpr JsonMessage kSummary{kSummaryMembers};

constexpr std::array kMetricMembers = {JsonMember{"name", 1, Kind::kString},
                                       one("gauge", 5, kNumberData),
                                       one("sum", 7, kNumberData),
                                       one("histogram", 9, kHistogram),
                                       one("exponentialHistogram", 10, kExponential),
                                       one("summary", 11, kSummary)};
constexpr JsonMessage kMetric{kMetricMembers};

constexpr std::array kScopeMetricsMembers = {one("scope", 1, kScope), many("metrics", 2, kMetric),
                                             JsonMember{"schemaUrl", 3, Kind::kString}};
constexpr JsonMessage kScopeMetrics{kScopeMetricsMembers};

constexpr std::array kResourceMetricsMembers = {
    one("resource", 1, kResource), many("scopeMetrics", 2, kScopeMetrics),
    JsonMember{"schemaUrl", 3, Kind::kString},
    many("instrumentationLibraryMetrics", 1000, kScopeMetrics)};
constexpr JsonMessage kResourceMetrics{kResourceMetricsMembers};
constexpr std::array kMetricsMembers = {many("resourceMetrics", 1, kResourceMetrics)};

/// "startTimeUnixNano" equals "start_time_unix_nano".
bool is_snake_case_of(std::string_view key, std::string_view camel) {
  std::size_t at = 0;
  for (const char c : camel) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (is_upper) {
      if (at + 1 >= key.size() || key[at] != '_') return false;
      ++at;
    }
    if (at >= key.size() || key[at] != (is_upper ? static_cast<char>(c - 'A' + 'a') : c)) {
      return false;
    }
    ++at;
  }
  return at == key.size();
}

}  // namespace

constexpr JsonMessage kTracesRequest{kTracesMembers};
constexpr JsonMessage kLogsRequest{kLogsMembers};
constexpr JsonMessage kMetricsRequest{kMetricsMembers};

const JsonMember* find_member(const JsonMessage& message, std::string_view key,
                              std::size_t expected) {
  const std::span<const JsonMember> members = message.members;
  for (std::size_t i = expected; i < members.size(); ++i) {
    if (members[i].name == key) return &members[i];
  }
  for (std::size_t i = 0; i < expected && i < members.size(); ++i) {
    if (members[i].name == key) return &members[i];
  }
  if (key.find('_') == std::string_view::npos) return nullptr;
  for (const JsonMember& member : members) {
    if (is_snake_case_of(key, member.name)) return &member;
  }
  return nullptr;
}

}  // namespace tracery::otlp
