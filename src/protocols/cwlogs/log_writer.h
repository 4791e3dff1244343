// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "model/event_sink.h"

namespace tracery::cwlogs {

/// Writes log events of one stream into a sink, one after another: the columns of
/// docs/wire/cwlogs.md. Used by one thread; pure.
class LogWriter {
 public:
  /// `sequence` is the first event's; each next one has one more. `batch_bytes` as in
  /// names::kBatchBytes.
  LogWriter(model::EventSink& sink, std::string_view group, std::string_view stream,
            std::int64_t sequence, std::int64_t batch_bytes);
  ~LogWriter();

  void write(std::int64_t time_ns, std::string_view message);

 private:
  struct Discovery;

  void put_facts(std::string_view message);

  model::EventSink& sink_;
  std::string group_, stream_;
  std::int64_t sequence_;
  std::int64_t batch_bytes_;
  model::DatasetId dataset_;
  model::FieldId body_, group_field_, stream_field_, sequence_field_, bytes_field_, severity_;
  model::FieldId trace_id_, parent_id_, annotation_, signal_, source_;
  std::unique_ptr<Discovery> discovery_;
};

}  // namespace tracery::cwlogs
