// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "app/ingest.h"

namespace tracery::app {

/// All that decoding depends on besides the body.
struct DecodeParameters {
  std::int64_t now_ns = 0;
  std::uint64_t random_seed = 0;
};

/// Makes the log record of a request; takes its body.
store::LogRecord encode_record(IngestRequest request, const DecodeParameters& parameters);

struct DecodedRecord {
  IngestRequest request;
  DecodeParameters parameters;
};

/// Reads one back. kCorrupt when the header is not one of `encode_record`.
Result<DecodedRecord> decode_record(const store::LogRecord& record);

}  // namespace tracery::app
