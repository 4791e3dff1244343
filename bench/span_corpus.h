// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <protozero/pbf_writer.hpp>

#include "base/result.h"

namespace tracery::bench {

/// One real span of the capture.
struct CorpusSpan {
  std::array<char, 16> trace_id{};
  std::array<char, 8> span_id{};
  std::array<char, 8> parent_id{};  ///< Zeros for a root.
  std::uint32_t service = 0;        ///< Index into SpanCorpus::services.
  std::uint32_t operation = 0;      ///< Index into SpanCorpus::operations.
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
};

/// A capture of a micro-service system: real ids, clocks and trees, no attributes.
struct SpanCorpus {
  std::vector<CorpusSpan> spans;  ///< By start.
  std::vector<std::string> services;
  std::vector<std::string> operations;
  std::int64_t last_end_ns = 0;
};

/// Reads `trace_id,span_id,parent_id|root,pod,operation,start_ns,end_ns,duration_us` lines, packed
/// with zstd. A service is its pod's name without the two hash suffixes.
Result<SpanCorpus> read_corpus(const std::string& file);

/// A made-up capture of the same shape, for machines without the real one.
SpanCorpus make_corpus(std::size_t spans);

/// Renders spans with generated attributes as OTLP requests.
///
/// Each span gets 20 to 40 attributes chosen by its operation: Zipf-distributed user ids, routes,
/// statements, and about one attribute in twenty unique. The same span of the same pass always
/// gets the same ones.
class OtlpWriter {
 public:
  explicit OtlpWriter(const SpanCorpus& corpus);

  /// Spans [first, first + count) of the corpus as one ExportTraceServiceRequest. A later `pass`
  /// gives other trace ids. `shift_ns` is added to every time.
  std::string write(std::size_t first, std::size_t count, std::uint32_t pass,
                    std::int64_t shift_ns) const;

  /// The same spans told as log records: a line of text, a severity, eight attributes each.
  std::string write_logs(std::size_t first, std::size_t count, std::uint32_t pass,
                         std::int64_t shift_ns) const;

  static constexpr std::uint32_t kUsers = 5'000;

 private:
  void write_resource(protozero::pbf_writer& resource_spans, std::size_t service) const;
  void write_log(protozero::pbf_writer& scope_logs, const CorpusSpan& span, std::uint32_t pass,
                 std::int64_t shift_ns) const;
  void write_span(protozero::pbf_writer& scope_spans, const CorpusSpan& span, std::uint32_t pass,
                  std::int64_t shift_ns) const;

  using WriteOne = void (OtlpWriter::*)(protozero::pbf_writer&, const CorpusSpan&, std::uint32_t,
                                        std::int64_t) const;
  std::string write_request(std::size_t first, std::size_t count, std::uint32_t pass,
                            std::int64_t shift_ns, WriteOne write_one) const;

  const SpanCorpus& corpus_;
  std::vector<std::uint32_t> users_;  ///< A Zipf-distributed deck to draw from.
};

}  // namespace tracery::bench
