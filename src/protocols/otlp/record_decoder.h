// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/event_sink.h"
#include "protocols/otlp/attribute_list.h"
#include "protocols/otlp/decoder.h"
#include "protocols/otlp/known_fields.h"

namespace tracery::otlp {

/// The frame all three requests share: resource, in it scopes, in them records. A signal's decoder
/// adds what a record becomes.
class RecordDecoder {
 public:
  RecordDecoder(const OtlpContext& context, model::EventSink& sink);
  virtual ~RecordDecoder() = default;
  RecordDecoder(const RecordDecoder&) = delete;
  RecordDecoder& operator=(const RecordDecoder&) = delete;

  /// Throws protozero::exception when `body` is no such request.
  Outcome decode(std::string_view body);

 protected:
  /// The dataset for events of the resource just read, husky's rules per signal.
  virtual std::string dataset_name() const = 0;
  virtual void decode_record(std::string_view record) = 0;
  virtual void finish_scope() {}
  /// True when a value of the decoder's own lists was nested too deeply.
  virtual bool was_cut() const { return false; }

  /// `service.name`, trimmed; empty when it is no text, blank or starts with "unknown_service".
  std::string_view service_name() const;
  /// Weight by attribute: of the record, else scope, else resource; "sampleRate" anywhere goes
  /// before "SampleRate".
  std::optional<std::uint32_t> attribute_sample_rate(const AttributeList& record) const;
  /// Counts a record that was left out, and says why of the first.
  void reject(std::string_view reason, std::string_view record_name);
  void warn_once(std::string_view warning);

  const OtlpContext& context_;
  model::EventSink& sink_;
  KnownFields known_;
  model::DatasetId dataset_{};
  AttributeList resource_;
  AttributeList scope_;
  Outcome outcome_;

 private:
  void decode_resource_group(std::string_view bytes);
  void decode_scope_group(std::string_view bytes);
  void read_resource(const Pieces& resource, std::string_view schema_url);
  void read_scope(const Pieces& scope, std::string_view schema_url);
};

/// OTLP's fixed64 times as our own: the far end of the range instead of an overflow.
std::int64_t to_time_ns(std::uint64_t unix_nano);

/// True for an id of the right length that is not all zeros.
bool is_valid_id(std::string_view id, std::size_t bytes);

/// An id as `put_id` takes it; trace ids whose first eight bytes are zero lose those, as husky
/// does.
void put_trace_id(model::EventSink& sink, model::FieldId field, std::string_view id);
void put_span_id(model::EventSink& sink, model::FieldId field, std::string_view id);

}  // namespace tracery::otlp
