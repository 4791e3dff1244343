// SPDX-License-Identifier: Apache-2.0
#include "sdk/log_processor.h"

#include <algorithm>
#include <array>

#include <opentelemetry/sdk/instrumentationscope/instrumentation_scope.h>
#include <opentelemetry/sdk/logs/recordable.h>
#include <opentelemetry/trace/span_id.h>
#include <opentelemetry/trace/trace_flags.h>
#include <opentelemetry/trace/trace_id.h>

#include "sdk/conversion.h"

namespace tracery::app::sdk {
namespace {

namespace logs = opentelemetry::sdk::logs;
namespace nostd = opentelemetry::nostd;
using opentelemetry::common::AttributeValue;
using opentelemetry::common::SystemTimestamp;

class Recordable final : public logs::Recordable {
 public:
  explicit Recordable(const record::RecordLimits& limits) : limits_(limits) {}
  record::LogRecord take() { return std::move(record_); }

  void SetTimestamp(SystemTimestamp time) noexcept override {
    record_.time_ns = time.time_since_epoch().count();
  }
  void SetObservedTimestamp(SystemTimestamp time) noexcept override {
    if (record_.time_ns == 0) record_.time_ns = time.time_since_epoch().count();
  }
  void SetSeverity(opentelemetry::logs::Severity severity) noexcept override {
    // Four numbers of OTLP share a name: 9 to 12 are INFO.
    static constexpr std::array<std::string_view, 6> kNames = {"TRACE", "DEBUG", "INFO",
                                                               "WARN",  "ERROR", "FATAL"};
    record_.severity = static_cast<std::int32_t>(severity);
    const auto group = static_cast<std::size_t>(std::max(record_.severity - 1, 0) / 4);
    record_.severity_text = kNames[std::min(group, kNames.size() - 1)];
  }
  void SetBody(const AttributeValue& message) noexcept override {
    record::Value body = to_value(message, kBodyBytesMax);
    if (auto* text = std::get_if<std::string>(&body)) record_.body = std::move(*text);
  }
  void SetAttribute(nostd::string_view key, const AttributeValue& value) noexcept override {
    if (!record::set_field(record_.attributes, from_otel(key), to_value(value, limits_.text_bytes),
                           limits_.attributes)) {
      ++record_.dropped_attributes;
    }
  }
  void SetEventId(std::int64_t, nostd::string_view name) noexcept override {
    if (!name.empty()) SetAttribute("event.name", name);
  }
  void SetTraceId(const opentelemetry::trace::TraceId& id) noexcept override {
    id.CopyBytesTo(nostd::span<std::uint8_t, 16>(record_.trace_id.data(), 16));
  }
  void SetSpanId(const opentelemetry::trace::SpanId& id) noexcept override {
    id.CopyBytesTo(nostd::span<std::uint8_t, 8>(record_.span_id.data(), 8));
  }
  void SetTraceFlags(const opentelemetry::trace::TraceFlags& flags) noexcept override {
    record_.flags = flags.flags();
  }
  void SetResource(const opentelemetry::sdk::resource::Resource&) noexcept override {}
  void SetInstrumentationScope(const opentelemetry::sdk::instrumentationscope::InstrumentationScope&
                                   scope) noexcept override {
    record_.scope_name = scope.GetName();
  }

 private:
  static constexpr std::size_t kBodyBytesMax = 1U << 20U;

  const record::RecordLimits& limits_;
  record::LogRecord record_;
};

class Processor final : public logs::LogRecordProcessor {
 public:
  Processor(const record::RecordLimits& limits, std::function<void(record::LogRecord)> destination)
      : limits_(limits), destination_(std::move(destination)) {}

  std::unique_ptr<logs::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<Recordable>(limits_);
  }
  void OnEmit(std::unique_ptr<logs::Recordable>&& record) noexcept override {
    destination_(static_cast<Recordable&>(*record).take());
  }
  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

 private:
  const record::RecordLimits limits_;
  const std::function<void(record::LogRecord)> destination_;
};

}  // namespace

std::unique_ptr<logs::LogRecordProcessor> make_log_processor(
    const record::RecordLimits& limits, std::function<void(record::LogRecord)> destination) {
  return std::make_unique<Processor>(limits, std::move(destination));
}

}  // namespace tracery::app::sdk
