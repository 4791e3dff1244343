// SPDX-License-Identifier: Apache-2.0
// Speed of the OTLP decoders, in spans and bytes per second of one core.
#include <string>
#include <unordered_map>

#include <benchmark/benchmark.h>
#include <protozero/pbf_writer.hpp>

#include "base/json_writer.h"
#include "protocols/otlp/decoder.h"
#include "store/event_batch.h"

namespace tracery::otlp {
namespace {

using protozero::pbf_writer;

constexpr int kSpansPerRequest = 512;
constexpr std::uint64_t kStart = 1'700'000'000'000'000'000;

/// Takes everything and keeps a sum, so that nothing can be left out.
class SumSink final : public model::EventSink {
 public:
  model::FieldId field(std::string_view name) override {
    const auto next = static_cast<std::uint32_t>(fields_.size());
    return model::FieldId{fields_.try_emplace(std::string(name), next).first->second};
  }
  model::DatasetId dataset(std::string_view) override { return model::DatasetId{0}; }
  void begin_event(model::DatasetId, std::int64_t time_ns) override { add(time_ns); }
  void set_sample_rate(std::uint32_t rate) override { add(rate); }
  void put(model::FieldId, bool value) override { add(value); }
  void put(model::FieldId, std::int64_t value) override { add(value); }
  void put(model::FieldId, double value) override { add(static_cast<std::int64_t>(value)); }
  void put(model::FieldId, std::string_view value) override {
    add(static_cast<std::int64_t>(value.size()));
  }
  void put_id(model::FieldId, std::span<const std::uint8_t> id) override { add(id[0]); }
  void end_event() override {}

  std::uint64_t sum() const { return sum_; }

 private:
  void add(std::int64_t value) { sum_ += static_cast<std::uint64_t>(value); }

  std::unordered_map<std::string, std::uint32_t> fields_;
  std::uint64_t sum_ = 0;
};

void add_text(pbf_writer& owner, std::uint32_t member, std::string_view key,
              std::string_view value) {
  pbf_writer pair(owner, member);
  pair.add_string(1, key.data(), key.size());
  pbf_writer any(pair, 2);
  any.add_string(1, value.data(), value.size());
}

void add_int(pbf_writer& owner, std::uint32_t member, std::string_view key, std::int64_t value) {
  pbf_writer pair(owner, member);
  pair.add_string(1, key.data(), key.size());
  pbf_writer any(pair, 2);
  any.add_int64(3, value);
}

/// What an instrumented web server sends: five attributes of its own and ten more on request.
void add_span(pbf_writer& scope_spans, int index, int attributes) {
  pbf_writer span(scope_spans, 2);
  const std::string number = std::to_string(10'000'000 + index % 5'000);
  span.add_bytes(1, "trace-id" + number);
  span.add_bytes(2, number);
  span.add_bytes(4, "parentid");
  span.add_string(5, "GET /api/activities/home");
  span.add_enum(6, 2);
  span.add_fixed64(7, kStart + static_cast<std::uint64_t>(index));
  span.add_fixed64(8, kStart + static_cast<std::uint64_t>(index) + 1'500'000);
  add_text(span, 9, "http.method", "GET");
  add_text(span, 9, "http.route", "/api/activities/home");
  add_int(span, 9, "http.status_code", index % 50 == 0 ? 500 : 200);
  add_text(span, 9, "app.user_id", number);
  add_int(span, 9, "app.result_length", index % 100);
  for (int i = 5; i < attributes; ++i) {
    add_text(span, 9, "app.attribute." + std::to_string(i), "value " + std::to_string(index % 7));
  }
}

std::string make_request(int attributes) {
  std::string body;
  pbf_writer request(body);
  pbf_writer resource_spans(request, 1);
  {
    pbf_writer resource(resource_spans, 1);
    add_text(resource, 1, "telemetry.sdk.language", "python");
    add_text(resource, 1, "telemetry.sdk.name", "opentelemetry");
    add_text(resource, 1, "service.name", "backend-flask");
  }
  {
    pbf_writer scope_spans(resource_spans, 2);
    {
      pbf_writer scope(scope_spans, 1);
      scope.add_string(1, "opentelemetry.instrumentation.flask");
      scope.add_string(2, "0.36b0");
    }
    for (int i = 0; i < kSpansPerRequest; ++i) add_span(scope_spans, i, attributes);
  }
  resource_spans.commit();
  return body;
}

/// The same spans as the JavaScript exporter writes them.
std::string make_json_request() {
  JsonWriter out;
  const auto attribute = [&](std::string_view key, std::string_view kind, std::string_view value) {
    out.begin_object().field("key", key).key("value").begin_object().field(kind, value);
    out.end_object().end_object();
  };
  out.begin_object().key("resourceSpans").begin_array().begin_object();
  out.key("resource").begin_object().key("attributes").begin_array();
  attribute("service.name", "stringValue", "backend-flask");
  out.end_array().end_object();
  out.key("scopeSpans").begin_array().begin_object();
  out.key("scope").begin_object().field("name", "flask").end_object();
  out.key("spans").begin_array();
  for (int i = 0; i < kSpansPerRequest; ++i) {
    const std::string number = std::to_string(10'000'000 + i);
    out.begin_object();
    out.field("traceId", std::string_view("5b8efff798038103d269b633" + number));
    out.field("spanId", std::string_view("eee19b7e" + number));
    out.field("parentSpanId", "eee19b7ec3c1b173");
    out.field("name", "GET /api/activities/home").field("kind", 2);
    out.field("startTimeUnixNano", "1700000000000000000");
    out.field("endTimeUnixNano", "1700000000001500000");
    out.key("attributes").begin_array();
    attribute("http.method", "stringValue", "GET");
    attribute("http.route", "stringValue", "/api/activities/home");
    attribute("http.status_code", "intValue", "200");
    attribute("app.user_id", "stringValue", number);
    attribute("app.result_length", "intValue", "17");
    out.end_array().field("droppedAttributesCount", 0).end_object();
  }
  out.end_array().end_object().end_array().end_object().end_array().end_object();
  return out.take();
}

template <typename Sink>
void run(benchmark::State& state, const std::string& body, Format format, Sink& sink) {
  for (auto _ : state) {
    auto outcome = decode_traces(body, format, {.now_ns = 1}, sink);
    benchmark::DoNotOptimize(outcome);
    if (!outcome.ok() || outcome->accepted != kSpansPerRequest) state.SkipWithError("refused");
    if constexpr (requires { sink.clear(); }) sink.clear();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
  state.SetItemsProcessed(state.iterations() * kSpansPerRequest);
}

void BM_DecodeTracesProtobuf(benchmark::State& state) {
  SumSink sink;
  run(state, make_request(static_cast<int>(state.range(0))), Format::kProtobuf, sink);
  benchmark::DoNotOptimize(sink.sum());
}
BENCHMARK(BM_DecodeTracesProtobuf)->Arg(5)->Arg(15);

void BM_DecodeTracesProtobufIntoBatch(benchmark::State& state) {
  store::EventBatch batch;
  run(state, make_request(static_cast<int>(state.range(0))), Format::kProtobuf, batch);
}
BENCHMARK(BM_DecodeTracesProtobufIntoBatch)->Arg(5)->Arg(15);

void BM_DecodeTracesJson(benchmark::State& state) {
  SumSink sink;
  run(state, make_json_request(), Format::kJson, sink);
  benchmark::DoNotOptimize(sink.sum());
}
BENCHMARK(BM_DecodeTracesJson);

}  // namespace
}  // namespace tracery::otlp
