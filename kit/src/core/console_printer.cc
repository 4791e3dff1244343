// SPDX-License-Identifier: Apache-2.0
#include "core/console_printer.h"

#include <cstdio>

#include "wire/hex.h"
#include "wire/json_writer.h"

namespace tracery::app::core {

void ConsolePrinter::on_end(const record::SpanPointer& span) noexcept {
  wire::JsonWriter out;
  out.begin_object().key("name").text(span->name);
  out.key("trace_id").text(wire::to_hex(span->trace_id));
  out.key("span_id").text(wire::to_hex(span->span_id));
  if (span->parent_id != record::SpanId{}) {
    out.key("parent_id").text(wire::to_hex(span->parent_id));
  }
  constexpr double kNanosecondsPerMillisecond = 1e6;
  out.key("duration_ms")
      .number(static_cast<double>(span->end_ns - span->start_ns) / kNanosecondsPerMillisecond);
  out.key("attributes").begin_object();
  for (const record::Field& field : span->attributes) out.key(field.key).value(field.value);
  out.end_object().end_object();
  std::fprintf(stderr, "%s\n", std::move(out).take().c_str());
}

}  // namespace tracery::app::core
