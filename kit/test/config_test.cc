// SPDX-License-Identifier: Apache-2.0
#include "config/config.h"

#include <map>

#include <gtest/gtest.h>

#include "config/environment.h"

namespace tracery::app::config {
namespace {

Config read(std::map<std::string, std::string> variables, const Options& options = {}) {
  return read_config(options, [variables = std::move(variables)](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(ReadConfig, HasTheSpecificationsDefaults) {
  const Config config = read({});

  EXPECT_EQ(config.traces.url, "http://localhost:4318/v1/traces");
  EXPECT_EQ(config.traces.protocol, OtlpProtocol::kHttpProtobuf);
  EXPECT_EQ(config.traces.timeout, milliseconds(10'000));
  EXPECT_FALSE(config.traces.gzip);
  EXPECT_EQ(config.span_batch.schedule_delay, milliseconds(5'000));
  EXPECT_EQ(config.span_batch.batch_items_max, 512u);
  EXPECT_EQ(config.log_batch.schedule_delay, milliseconds(1'000));
  EXPECT_EQ(config.span_limits.attributes, 128u);
  EXPECT_EQ(config.sampler.name, "parentbased_always_on");
  EXPECT_EQ(config.propagators, (std::vector<std::string>{"tracecontext", "baggage"}));
  EXPECT_TRUE(config.service_name.starts_with("unknown_service:"));
  EXPECT_TRUE(config.warnings.empty());
}

TEST(ReadConfig, AppendsThePathToTheBaseEndpointOnly) {
  const Config config = read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://sink:4318/"},
                              {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://logs:1/x"}});

  EXPECT_EQ(config.traces.url, "http://sink:4318/v1/traces");
  EXPECT_EQ(config.metrics.url, "http://sink:4318/v1/metrics");
  EXPECT_EQ(config.logs.url, "http://logs:1/x");
}

TEST(ReadConfig, KnowsTheServicesOfGrpcPerSignal) {
  const Config config = read({{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"},
                              {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "sink:4317"}});

  EXPECT_EQ(config.traces.protocol, OtlpProtocol::kGrpc);
  EXPECT_EQ(config.traces.url,
            "http://sink:4317/opentelemetry.proto.collector.trace.v1.TraceService/Export");
  EXPECT_EQ(config.logs.protocol, OtlpProtocol::kHttpProtobuf);
}

TEST(ReadConfig, DecodesHeadersAndLetsTheSignalsOwnWin) {
  const Config config = read({{"OTEL_EXPORTER_OTLP_HEADERS", "x-key=abc%20def, y=2"},
                              {"OTEL_EXPORTER_OTLP_LOGS_HEADERS", "z=3"}});

  ASSERT_EQ(config.traces.headers.size(), 2u);
  EXPECT_EQ(config.traces.headers[0].name, "x-key");
  EXPECT_EQ(config.traces.headers[0].value, "abc def");
  ASSERT_EQ(config.logs.headers.size(), 1u);
  EXPECT_EQ(config.logs.headers[0].name, "z");
}

TEST(ReadConfig, LetsTheEnvironmentNameTheService) {
  const Options options{.service = "code", .resource = {{"team", "red"}, {"zone", "a"}}};
  const Config config = read({{"OTEL_SERVICE_NAME", "shop"},
                              {"OTEL_RESOURCE_ATTRIBUTES", "service.name=no,zone=b,k=v%2C1"}},
                             options);

  EXPECT_EQ(config.service_name, "shop");
  EXPECT_EQ(record::text_of(config.resource, "team"), "red");
  EXPECT_EQ(record::text_of(config.resource, "zone"), "b");
  EXPECT_EQ(record::text_of(config.resource, "k"), "v,1");
}

TEST(ReadConfig, ReadsBatchingLimitsAndSampling) {
  const Config config = read({{"OTEL_BSP_SCHEDULE_DELAY", "100"},
                              {"OTEL_BSP_MAX_QUEUE_SIZE", "64"},
                              {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1000"},
                              {"OTEL_ATTRIBUTE_COUNT_LIMIT", "7"},
                              {"OTEL_SPAN_EVENT_COUNT_LIMIT", "3"},
                              {"OTEL_TRACES_SAMPLER", "traceidratio"},
                              {"OTEL_TRACES_SAMPLER_ARG", "0.25"},
                              {"OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"},
                              {"OTEL_METRICS_EXPORTER", "none"},
                              {"OTEL_PROPAGATORS", "b3,xray"}});

  EXPECT_EQ(config.span_batch.schedule_delay, milliseconds(100));
  EXPECT_EQ(config.span_batch.queue_items_max, 64u);
  EXPECT_EQ(config.span_batch.batch_items_max, 64u) << "no batch is larger than the queue";
  EXPECT_EQ(config.span_limits.attributes, 7u);
  EXPECT_EQ(config.log_limits.attributes, 7u);
  EXPECT_EQ(config.span_limits.events, 3u);
  EXPECT_EQ(config.sampler.name, "traceidratio");
  EXPECT_EQ(config.sampler.argument, "0.25");
  EXPECT_TRUE(config.traces.gzip);
  EXPECT_FALSE(config.metrics.enabled);
  EXPECT_EQ(config.propagators, (std::vector<std::string>{"b3", "xray"}));
}

TEST(ReadConfig, WarnsAboutNonsenseAndKeepsTheDefault) {
  const Config config = read({{"OTEL_TRACES_SAMPLER", "sometimes"},
                              {"OTEL_BSP_SCHEDULE_DELAY", "soon"},
                              {"OTEL_SDK_DISABLED", "perhaps"},
                              {"OTEL_PROPAGATORS", "tracecontext,pigeon"}});

  EXPECT_EQ(config.warnings.size(), 4u);
  EXPECT_EQ(config.sampler.name, "parentbased_always_on");
  EXPECT_EQ(config.span_batch.schedule_delay, milliseconds(5'000));
  EXPECT_EQ(config.propagators, (std::vector<std::string>{"tracecontext"}));
}

TEST(ReadConfig, StartsTraceIdsWithTheTimeForXray) {
  EXPECT_TRUE(read({{"OTEL_PROPAGATORS", "tracecontext,xray"}}).xray_ids);
  EXPECT_TRUE(read({{"TRACERY_IDS", "xray"}}).xray_ids);
  EXPECT_FALSE(read({}).xray_ids);
}

}  // namespace
}  // namespace tracery::app::config
