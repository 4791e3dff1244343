// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/otlp/record_decoder.h"

namespace tracery::otlp {

/// Spans become events as in husky's direct path: span events and links first, each an event of its
/// own, then the span. Of equal names the span's attribute counts, then the field made here, then
/// the scope's attribute, then the resource's, then a copied exception attribute.
class TraceDecoder final : public RecordDecoder {
 public:
  TraceDecoder(const OtlpContext& context, model::EventSink& sink);

 private:
  /// What of a span's message is needed to write its events; views point into the body.
  struct Span {
    std::string_view trace_id, span_id, parent_id, trace_state, name, status_message;
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    std::int64_t status_code = 0;
    std::int32_t kind = 0;
    std::uint32_t sample_rate = 1;
  };
  struct SpanEvent {
    std::string_view name;
    std::uint64_t time = 0;
  };

  std::string dataset_name() const override;
  void decode_record(std::string_view record) override;
  bool was_cut() const override;

  void read_span(std::string_view bytes);
  void read_status(std::string_view bytes);
  void write_span_event(std::string_view bytes);
  void write_link(std::string_view bytes);
  void write_span();
  void write_built_in_fields();
  void write_duration();
  void write_exception();
  /// Opens an event that hangs under the span and puts what both kinds of those share.
  void put_child_fields(std::string_view annotation_type);
  void open_event(std::int64_t time_ns);
  std::uint64_t next_random();
  std::int64_t start_time_ns() const;
  bool is_error() const { return span_.status_code == 2; }

  Span span_;
  std::vector<std::string_view> events_;
  std::vector<std::string_view> links_;
  AttributeList attributes_;
  AttributeList child_attributes_;
  AttributeList exception_;  ///< Of the span's first "exception" event.
  bool has_exception_ = false;
  std::uint64_t random_state_;
};

}  // namespace tracery::otlp
