// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/span_record.h"
#include "tracery/app/context.h"
#include "tracery/app/init.h"

namespace tracery::app::config {

using std::chrono::milliseconds;

enum class OtlpProtocol { kHttpProtobuf, kHttpJson, kGrpc };

/// Where and how one signal is exported by OTLP.
struct OtlpSettings {
  bool enabled = true;
  std::string url;  ///< Complete, with the path of the signal.
  OtlpProtocol protocol = OtlpProtocol::kHttpProtobuf;
  bool gzip = false;
  milliseconds timeout{10'000};
  std::vector<Header> headers;
  std::string ca_file, client_key_file, client_certificate_file;
};

/// How records wait for their export. `OTEL_BSP_*` and `OTEL_BLRP_*`.
struct BatchSettings {
  milliseconds schedule_delay{5'000};
  milliseconds export_timeout{30'000};  ///< How long the end of the program may wait.
  /// The specification's 2048 loses a burst of a few thousand spans; bytes are the bound that
  /// memory needs.
  std::size_t queue_items_max = 32'768;
  std::size_t queue_bytes_max = 32U << 20U;
  std::size_t batch_items_max = 512;
};

struct SamplerSettings {
  std::string name = "parentbased_always_on";
  std::string argument;
};

/// What HTTP middleware shows of a request.
struct HttpSettings {
  std::vector<std::string> excluded_urls;    ///< Substrings of the path, or patterns with `*`.
  std::vector<std::string> request_headers;  ///< To capture, lower-case.
  std::vector<std::string> response_headers;
  std::vector<std::string> sanitized_fields;  ///< Headers whose value is `[REDACTED]`.
  bool emit_stable = true;                    ///< `OTEL_SEMCONV_STABILITY_OPT_IN`.
  bool emit_old = false;
  bool trust_forwarded = false;  ///< `TRACERY_TRUST_FORWARDED`.
};

struct Config {
  bool disabled = false;  ///< `OTEL_SDK_DISABLED`.
  record::Fields resource;
  std::string service_name;
  OtlpSettings traces, logs, metrics;
  bool console = false;  ///< Print spans on stderr.
  BatchSettings span_batch, log_batch;
  milliseconds metric_interval{60'000};
  SamplerSettings sampler;
  std::vector<std::string> propagators;
  record::RecordLimits span_limits, log_limits;
  /// Trace ids begin with the time, as X-Ray wants them. `TRACERY_IDS`.
  bool xray_ids = false;
  HttpSettings http;
  std::vector<std::string> warnings;  ///< About settings that make no sense.
};

/// The value of an environment variable; nothing if it is unset.
using Lookup = std::function<std::optional<std::string>(const char* name)>;

/// Reads the process environment.
std::optional<std::string> process_environment(const char* name);

/// Puts a configuration together from what the program says and what its environment says, which
/// wins. An empty variable is an unset one; a senseless value is left out with a warning.
/// Source: the OpenTelemetry specification, "Environment Variable Specification".
Config read_config(const Options& options, const Lookup& lookup);

}  // namespace tracery::app::config
