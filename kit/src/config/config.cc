// SPDX-License-Identifier: Apache-2.0
#include "config/config.h"

#include <algorithm>
#include <array>
#include <random>
#include <sys/utsname.h>
#include <unistd.h>

#include "config/environment.h"
#include "wire/hex.h"

namespace tracery::app::config {
namespace {

std::string program_name() {
  std::array<char, 4096> path{};
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0) return "c++";
  const std::string_view view(path.data(), static_cast<std::size_t>(length));
  return std::string(view.substr(view.rfind('/') + 1));
}

std::string random_instance_id() {
  std::array<std::uint8_t, 16> bytes{};
  std::random_device device;
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(device());
  const std::string hex = wire::to_hex(bytes);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-a" +
         hex.substr(17, 3) + "-" + hex.substr(20);
}

void set_text(record::Fields& fields, std::string_view key, std::string value) {
  if (!value.empty()) record::set_field(fields, key, std::move(value), SIZE_MAX);
}

/// What the machine and the program are, then what the program says, then the environment.
void read_resource(const Environment& env, const Options& options, Config& config) {
  record::Fields& fields = config.resource;
  utsname system{};
  if (uname(&system) == 0) {
    set_text(fields, "host.name", system.nodename);
    set_text(fields, "os.type", "linux");
  }
  record::set_field(fields, "process.pid", std::int64_t{getpid()}, SIZE_MAX);
  set_text(fields, "process.executable.name", program_name());
  set_text(fields, "service.instance.id", random_instance_id());
  set_text(fields, "service.version", options.version);
  set_text(fields, "deployment.environment.name", options.environment);
  for (const auto& [key, value] : options.resource) set_text(fields, key, value);
  set_text(fields, "service.name", options.service);
  for (auto& [key, value] : parse_pairs(env.text("OTEL_RESOURCE_ATTRIBUTES"))) {
    set_text(fields, key, std::move(value));
  }
  set_text(fields, "service.name", env.text("OTEL_SERVICE_NAME"));
  if (record::text_of(fields, "service.name").empty()) {
    set_text(fields, "service.name", "unknown_service:" + program_name());
  }
  set_text(fields, "telemetry.sdk.name", "opentelemetry");
  set_text(fields, "telemetry.sdk.language", "cpp");
  set_text(fields, "telemetry.sdk.version", TRACERY_APP_OTEL_VERSION);
  set_text(fields, "telemetry.distro.name", "tracery-app");
  set_text(fields, "telemetry.distro.version", TRACERY_APP_VERSION);
  config.service_name = record::text_of(fields, "service.name");
}

/// Reads one signal's OTLP settings. `signal` as in the variables ("TRACES"), `name` as in paths.
OtlpSettings read_otlp(const Environment& env, const std::string& signal, const std::string& name,
                       const std::string& service) {
  const auto of = [&](const std::string& what) {
    return env.text({"OTEL_EXPORTER_OTLP_" + signal + "_" + what, "OTEL_EXPORTER_OTLP_" + what});
  };
  OtlpSettings settings;
  const std::string protocol = of("PROTOCOL");
  if (protocol == "http/json") {
    settings.protocol = OtlpProtocol::kHttpJson;
  } else if (protocol == "grpc") {
    settings.protocol = OtlpProtocol::kGrpc;
  } else if (!protocol.empty() && protocol != "http/protobuf") {
    env.warn("OTLP knows no such protocol: " + protocol);
  }
  const bool is_grpc = settings.protocol == OtlpProtocol::kGrpc;
  settings.url = env.text("OTEL_EXPORTER_OTLP_" + signal + "_ENDPOINT");
  const bool is_own_url = !settings.url.empty();
  if (!is_own_url) {
    settings.url = env.text("OTEL_EXPORTER_OTLP_ENDPOINT",
                            is_grpc ? "http://localhost:4317" : "http://localhost:4318");
  }
  if (settings.url.find("://") == std::string::npos) {
    const bool is_plain = of("INSECURE").empty() || lower_case(of("INSECURE")) == "true";
    settings.url = (is_plain ? "http://" : "https://") + settings.url;
  }
  // The base gets the signal's path; a signal's own URL is used as it is. gRPC's path is fixed.
  if (is_grpc || !is_own_url) {
    while (settings.url.ends_with('/')) settings.url.pop_back();
    const std::string package = name == "traces" ? "trace" : name;
    settings.url += is_grpc
                        ? "/opentelemetry.proto.collector." + package + ".v1." + service + "/Export"
                        : "/v1/" + name;
  }
  const std::string compression = of("COMPRESSION");
  settings.gzip = compression == "gzip";
  if (!compression.empty() && compression != "gzip" && compression != "none") {
    env.warn("OTLP knows no such compression here: " + compression);
  }
  settings.timeout =
      env.duration({"OTEL_EXPORTER_OTLP_" + signal + "_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"},
                   settings.timeout);
  for (auto& [key, value] : parse_pairs(of("HEADERS"))) settings.headers.push_back({key, value});
  settings.ca_file = of("CERTIFICATE");
  settings.client_key_file = of("CLIENT_KEY");
  settings.client_certificate_file = of("CLIENT_CERTIFICATE");
  return settings;
}

/// \return whether `OTEL_<signal>_EXPORTER` wants OTLP, which is the default.
bool wants_otlp(const Environment& env, const std::string& signal, bool& console) {
  bool otlp = false;
  for (const std::string& name : env.list("OTEL_" + signal + "_EXPORTER", "otlp")) {
    if (name == "otlp") {
      otlp = true;
    } else if (name == "console" || name == "logging") {
      console = true;
    } else if (name != "none") {
      env.warn("OTEL_" + signal + "_EXPORTER knows otlp, console and none, not: " + name);
    }
  }
  return otlp;
}

void read_exporters(const Environment& env, Config& config) {
  config.traces = read_otlp(env, "TRACES", "traces", "TraceService");
  config.logs = read_otlp(env, "LOGS", "logs", "LogsService");
  config.metrics = read_otlp(env, "METRICS", "metrics", "MetricsService");
  bool ignored = false;
  config.traces.enabled = wants_otlp(env, "TRACES", config.console);
  config.logs.enabled = wants_otlp(env, "LOGS", ignored);
  config.metrics.enabled = wants_otlp(env, "METRICS", ignored);
  if (env.text("TRACERY_DEBUG") == "console") config.console = true;
  config.metric_interval = env.duration({"OTEL_METRIC_EXPORT_INTERVAL"}, config.metric_interval);
}

void read_batching(const Environment& env, const std::string& prefix, BatchSettings& batch) {
  batch.schedule_delay = env.duration({prefix + "_SCHEDULE_DELAY"}, batch.schedule_delay);
  batch.export_timeout = env.duration({prefix + "_EXPORT_TIMEOUT"}, batch.export_timeout);
  const auto size = [&](const char* name, std::size_t fallback) {
    return static_cast<std::size_t>(
        env.number({prefix + name}, static_cast<std::int64_t>(fallback), 1));
  };
  batch.queue_items_max = size("_MAX_QUEUE_SIZE", batch.queue_items_max);
  batch.batch_items_max =
      std::min(size("_MAX_EXPORT_BATCH_SIZE", batch.batch_items_max), batch.queue_items_max);
}

void read_limits(const Environment& env, Config& config) {
  const auto limit = [&](std::initializer_list<std::string> names, std::size_t fallback) {
    return static_cast<std::size_t>(env.number(names, static_cast<std::int64_t>(fallback)));
  };
  record::RecordLimits& spans = config.span_limits;
  spans.attributes =
      limit({"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"}, spans.attributes);
  spans.text_bytes =
      limit({"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"},
            spans.text_bytes);
  spans.events = limit({"OTEL_SPAN_EVENT_COUNT_LIMIT"}, spans.events);
  spans.links = limit({"OTEL_SPAN_LINK_COUNT_LIMIT"}, spans.links);
  spans.event_attributes = limit({"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT"}, spans.event_attributes);
  spans.link_attributes = limit({"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"}, spans.link_attributes);
  record::RecordLimits& logs = config.log_limits;
  logs.attributes = limit({"OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"},
                          logs.attributes);
  logs.text_bytes =
      limit({"OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"},
            logs.text_bytes);
}

void read_sampling(const Environment& env, Config& config) {
  static constexpr std::array<std::string_view, 6> kSamplers = {"always_on",
                                                                "always_off",
                                                                "traceidratio",
                                                                "parentbased_always_on",
                                                                "parentbased_always_off",
                                                                "parentbased_traceidratio"};
  const std::string name = lower_case(env.text("OTEL_TRACES_SAMPLER"));
  if (!name.empty() && std::ranges::find(kSamplers, name) == kSamplers.end()) {
    env.warn("OTEL_TRACES_SAMPLER is unknown: " + name);
  } else if (!name.empty()) {
    config.sampler.name = name;
  }
  config.sampler.argument = env.text("OTEL_TRACES_SAMPLER_ARG");
}

void read_propagation(const Environment& env, Config& config) {
  static constexpr std::array<std::string_view, 7> kKnown = {
      "tracecontext", "baggage", "b3", "b3multi", "jaeger", "xray", "none"};
  for (std::string& name : env.list("OTEL_PROPAGATORS", "tracecontext,baggage")) {
    if (std::ranges::find(kKnown, name) == kKnown.end()) {
      env.warn("OTEL_PROPAGATORS has an unknown one: " + name);
    } else if (name != "none") {
      config.propagators.push_back(std::move(name));
    }
  }
  // X-Ray finds a trace by the time that its id begins with.
  const bool has_xray = std::ranges::find(config.propagators, "xray") != config.propagators.end();
  const std::string ids = env.text("TRACERY_IDS");
  config.xray_ids = ids.empty() ? has_xray : ids == "xray";
}

void read_http(const Environment& env, Config& config) {
  HttpSettings& http = config.http;
  http.excluded_urls = env.list("OTEL_CPP_EXCLUDED_URLS", env.text("OTEL_EXCLUDED_URLS"));
  const auto names = [&](const std::string& variable) {
    std::vector<std::string> list = env.list(variable);
    for (std::string& name : list) name = lower_case(name);
    return list;
  };
  const std::string prefix = "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_";
  http.request_headers = names(prefix + "SERVER_REQUEST");
  http.response_headers = names(prefix + "SERVER_RESPONSE");
  http.sanitized_fields = names(prefix + "SANITIZE_FIELDS");
  for (const std::string& choice : env.list("OTEL_SEMCONV_STABILITY_OPT_IN")) {
    if (choice == "http/dup") http.emit_old = true;
    if (choice == "old") {
      http.emit_old = true;
      http.emit_stable = false;
    }
  }
  http.trust_forwarded = env.boolean("TRACERY_TRUST_FORWARDED", false);
}

}  // namespace

Config read_config(const Options& options, const Lookup& lookup) {
  Config config;
  const Environment env(lookup, config.warnings);
  config.disabled = env.boolean("OTEL_SDK_DISABLED", false);
  config.log_batch.schedule_delay = milliseconds(1'000);
  read_resource(env, options, config);
  read_exporters(env, config);
  read_batching(env, "OTEL_BSP", config.span_batch);
  read_batching(env, "OTEL_BLRP", config.log_batch);
  read_limits(env, config);
  read_sampling(env, config);
  read_propagation(env, config);
  read_http(env, config);
  return config;
}

}  // namespace tracery::app::config
