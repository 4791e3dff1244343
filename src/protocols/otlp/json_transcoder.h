// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "protocols/otlp/json_schema.h"

namespace tracery::otlp {

/// Rewrites a request from OTLP/JSON to protobuf, so that both run through one decoder and cannot
/// differ in meaning. Takes both spellings of names, enums as numbers or names, numbers as strings,
/// null for the default, and ids in hex of any case or, where they can be nothing else, in base64;
/// unknown members are skipped, of equal ones the last counts. kMalformed on anything else.
/// Source: OTLP specification, "JSON Protobuf Encoding"; leniency as in the Collector's receiver.
Result<std::string> transcode_json(std::string_view body, const JsonMessage& request);

}  // namespace tracery::otlp
