// SPDX-License-Identifier: Apache-2.0
#include "sdk/span_processor.h"

#include <chrono>

#include <opentelemetry/common/key_value_iterable.h>
#include <opentelemetry/sdk/trace/recordable.h>
#include <opentelemetry/trace/span_context.h>
#include <opentelemetry/trace/trace_state.h>

#include "record/traceparent.h"
#include "sdk/conversion.h"

namespace tracery::app::sdk {
namespace {

namespace api = opentelemetry::trace;
namespace otel_sdk = opentelemetry::sdk;
namespace nostd = opentelemetry::nostd;
using opentelemetry::common::AttributeValue;
using opentelemetry::common::SystemTimestamp;

template <typename Id>
void copy_id(const Id& id, std::array<std::uint8_t, Id::kSize>& to) {
  id.CopyBytesTo(nostd::span<std::uint8_t, Id::kSize>(to.data(), to.size()));
}

std::int64_t nanoseconds_of(SystemTimestamp time) { return time.time_since_epoch().count(); }

/// Copies attributes up to a limit. \return how many were left out.
std::uint32_t copy_attributes(const opentelemetry::common::KeyValueIterable& from,
                              std::size_t count_max, std::size_t text_bytes_max,
                              record::Fields& to) {
  std::uint32_t dropped = 0;
  from.ForEachKeyValue([&](nostd::string_view key, const AttributeValue& value) noexcept {
    if (!record::set_field(to, from_otel(key), to_value(value, text_bytes_max), count_max)) {
      ++dropped;
    }
    return true;
  });
  return dropped;
}

class Recordable final : public otel_sdk::trace::Recordable {
 public:
  explicit Recordable(const record::RecordLimits& limits)
      : limits_(limits), record_(std::make_shared<record::SpanRecord>()) {}

  record::SpanRecord& record() { return *record_; }
  record::SpanPointer take() { return std::move(record_); }

  void SetIdentity(const api::SpanContext& context, api::SpanId parent_id) noexcept override {
    copy_id(context.trace_id(), record_->trace_id);
    copy_id(context.span_id(), record_->span_id);
    copy_id(parent_id, record_->parent_id);
    record_->flags = context.trace_flags().flags();
    record_->trace_state = context.trace_state()->ToHeader();
  }

  void SetAttribute(nostd::string_view key, const AttributeValue& value) noexcept override {
    const std::string_view name = from_otel(key);
    record::Value copy = to_value(value, limits_.text_bytes);
    if (name == kLinkOrder) return add_link(copy);
    if (!record::set_field(record_->attributes, name, std::move(copy), limits_.attributes)) {
      ++record_->dropped_attributes;
    }
  }

  void AddEvent(nostd::string_view name, SystemTimestamp time,
                const opentelemetry::common::KeyValueIterable& attributes) noexcept override {
    if (record_->events.size() >= limits_.events) {
      ++record_->dropped_events;
      return;
    }
    record::Event& event = record_->events.emplace_back();
    event.time_ns = nanoseconds_of(time);
    event.name = from_otel(name);
    event.dropped_attributes =
        copy_attributes(attributes, limits_.event_attributes, limits_.text_bytes, event.attributes);
  }

  void AddLink(const api::SpanContext& context,
               const opentelemetry::common::KeyValueIterable& attributes) noexcept override {
    record::Link* link = add_link();
    if (!link) return;
    copy_id(context.trace_id(), link->trace_id);
    copy_id(context.span_id(), link->span_id);
    link->trace_state = context.trace_state()->ToHeader();
    link->flags = context.trace_flags().flags();
    link->is_remote = context.IsRemote();
    link->dropped_attributes =
        copy_attributes(attributes, limits_.link_attributes, limits_.text_bytes, link->attributes);
  }

  void SetStatus(api::StatusCode code, nostd::string_view description) noexcept override {
    if (record_->status == StatusCode::kOk) return;  // Ok is final, by the specification.
    record_->status = static_cast<StatusCode>(code);
    record_->status_description =
        code == api::StatusCode::kError ? from_otel(description) : std::string_view();
  }

  void SetName(nostd::string_view name) noexcept override { record_->name = from_otel(name); }
  void SetSpanKind(api::SpanKind kind) noexcept override {
    record_->kind = static_cast<SpanKind>(kind);
  }
  // The resource goes with the exporter: it is the same for all spans.
  void SetResource(const otel_sdk::resource::Resource&) noexcept override {}
  void SetStartTime(SystemTimestamp time) noexcept override {
    record_->start_ns = nanoseconds_of(time);
  }
  void SetDuration(std::chrono::nanoseconds duration) noexcept override {
    record_->end_ns = record_->start_ns + duration.count();
  }
  void SetInstrumentationScope(
      const otel_sdk::instrumentationscope::InstrumentationScope& scope) noexcept override {
    record_->scope_name = scope.GetName();
    record_->scope_version = scope.GetVersion();
  }

 private:
  record::Link* add_link() {
    if (record_->links.size() >= limits_.links) {
      ++record_->dropped_links;
      return nullptr;
    }
    return &record_->links.emplace_back();
  }

  void add_link(const record::Value& traceparent) {
    const auto* text = std::get_if<std::string>(&traceparent);
    const auto parent = text ? record::parse_traceparent(*text) : std::nullopt;
    record::Link* link = parent ? add_link() : nullptr;
    if (!link) return;
    link->trace_id = parent->trace_id;
    link->span_id = parent->span_id;
    link->flags = parent->flags;
    link->is_remote = true;
  }

  const record::RecordLimits& limits_;
  std::shared_ptr<record::SpanRecord> record_;
};

class Processor final : public otel_sdk::trace::SpanProcessor {
 public:
  Processor(const record::RecordLimits& limits, std::vector<SpanListener*> listeners)
      : limits_(limits), listeners_(std::move(listeners)) {}

  std::unique_ptr<otel_sdk::trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<Recordable>(limits_);
  }

  void OnStart(otel_sdk::trace::Recordable& span,
               const api::SpanContext& parent) noexcept override {
    record::SpanRecord& record = static_cast<Recordable&>(span).record();
    record.parent_is_remote = parent.IsValid() && parent.IsRemote();
    for (SpanListener* listener : listeners_) listener->on_start(record);
  }

  void OnEnd(std::unique_ptr<otel_sdk::trace::Recordable>&& span) noexcept override {
    const record::SpanPointer record = static_cast<Recordable&>(*span).take();
    for (SpanListener* listener : listeners_) listener->on_end(record);
  }

  // The listeners have queues of their own, which the engine flushes and stops.
  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

 private:
  const record::RecordLimits limits_;
  const std::vector<SpanListener*> listeners_;
};

}  // namespace

std::unique_ptr<otel_sdk::trace::SpanProcessor> make_span_processor(
    const record::RecordLimits& limits, std::vector<SpanListener*> listeners) {
  return std::make_unique<Processor>(limits, std::move(listeners));
}

}  // namespace tracery::app::sdk
