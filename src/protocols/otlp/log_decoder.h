// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/otlp/record_decoder.h"

namespace tracery::otlp {

/// One event per log record. Of equal names the record's attribute counts, then the scope's, then
/// the resource's, then the field made here: husky's order for logs.
class LogDecoder final : public RecordDecoder {
 public:
  LogDecoder(const OtlpContext& context, model::EventSink& sink);

 private:
  struct Record {
    std::uint64_t time = 0;
    std::uint64_t observed_time = 0;
    std::int32_t severity = 0;
    std::uint32_t flags = 0;
    std::string_view severity_text, trace_id, span_id, event_name;
    Pieces body;
  };

  std::string dataset_name() const override;
  void decode_record(std::string_view record) override;
  bool was_cut() const override { return attributes_.was_cut() || body_.was_cut(); }

  Record read_record(std::string_view bytes);
  void read_body(const Pieces& bytes);
  void write_built_in_fields(const Record& record);

  AttributeList attributes_;
  AttributeList body_;
};

}  // namespace tracery::otlp
