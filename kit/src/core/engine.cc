// SPDX-License-Identifier: Apache-2.0
#include "core/engine.h"

#include <algorithm>
#include <mutex>

#include "core/console_printer.h"
#include "core/otlp_sink.h"
#include "sdk/pipeline.h"

namespace tracery::app::core {
namespace {

using std::chrono::milliseconds;

struct Running {
  std::mutex mutex;
  std::shared_ptr<Engine> engine;
};

Running& running_slot() {
  static auto& slot = *new Running;  // Threads may log while the program ends.
  return slot;
}

/// Spans on their way to OTLP, but for those that are recorded only.
class SpanExport final : public sdk::SpanListener {
 public:
  SpanExport(const config::Config& config)
      : sink_("otlp.traces", config.traces, config.resource, queue_limits(config.span_batch)) {}

  void on_start(const record::SpanRecord&) noexcept override {}
  void on_end(const record::SpanPointer& span) noexcept override {
    if (span->is_sampled()) sink_.queue().push(span, record::bytes_of(*span));
  }
  delivery::BatchQueue<record::SpanPointer>& queue() { return sink_.queue(); }

 private:
  OtlpSink<record::SpanPointer> sink_;
};

delivery::QueueLimits metric_limits() {
  // A collection is to leave as it comes; the last few minutes are kept for a receiver that is
  // down.
  return {.items_max = 4'096,
          .bytes_max = 8U << 20U,
          .batch_items_max = 1'024,
          .delay = milliseconds(50)};
}

std::size_t bytes_of(const record::MetricRecord& metric) {
  constexpr std::size_t kPointBytes = 256;
  return sizeof metric + metric.points.size() * kPointBytes;
}

}  // namespace

class Engine::Sinks {
 public:
  explicit Sinks(const config::Config& config) {
    sdk::Destinations destinations;
    if (config.console) destinations.spans.push_back(&printer_);
    if (config.traces.enabled) {
      spans_ = std::make_unique<SpanExport>(config);
      destinations.spans.push_back(spans_.get());
    }
    if (config.logs.enabled) {
      logs_ = std::make_unique<OtlpSink<record::LogRecord>>(
          "otlp.logs", config.logs, config.resource, queue_limits(config.log_batch));
      destinations.logs = [this](record::LogRecord log) { push(std::move(log)); };
    }
    if (config.metrics.enabled) {
      metrics_ = std::make_unique<OtlpSink<record::MetricRecord>>("otlp.metrics", config.metrics,
                                                                  config.resource, metric_limits());
      destinations.metrics = [this](std::vector<record::MetricRecord> metrics) {
        for (record::MetricRecord& metric : metrics) {
          const std::size_t bytes = bytes_of(metric);
          metrics_->queue().push(std::move(metric), bytes);
        }
      };
    }
    pipeline_ = std::make_unique<sdk::Pipeline>(config, std::move(destinations));
  }

  void push(record::LogRecord log) noexcept {
    if (!logs_) return;
    const std::size_t bytes = record::bytes_of(log);
    logs_->queue().push(std::move(log), bytes);
  }

  void collect_metrics(milliseconds timeout) {
    if (metrics_) pipeline_->collect_metrics(timeout);
  }

  /// Stops whoever produces; the queues live on until they are empty.
  void close() { pipeline_.reset(); }

  /// Calls `visit` with every queue there is.
  template <typename Visit>
  void for_each_queue(const Visit& visit) const {
    if (spans_) visit(spans_->queue());
    if (logs_) visit(logs_->queue());
    if (metrics_) visit(metrics_->queue());
  }

 private:
  ConsolePrinter printer_;
  std::unique_ptr<SpanExport> spans_;
  std::unique_ptr<OtlpSink<record::LogRecord>> logs_;
  std::unique_ptr<OtlpSink<record::MetricRecord>> metrics_;
  std::unique_ptr<sdk::Pipeline> pipeline_;
};

Engine::Engine(config::Config config)
    : config_(std::move(config)), sinks_(std::make_unique<Sinks>(config_)) {}

Engine::~Engine() {
  // All queues share the time that the end of the program may take.
  const auto deadline =
      std::chrono::steady_clock::now() +
      std::min(config_.span_batch.export_timeout, milliseconds(std::chrono::seconds(5)));
  const auto left = [&] {
    return std::max(
        std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now()),
        milliseconds(0));
  };
  sinks_->collect_metrics(left());
  sinks_->close();
  sinks_->for_each_queue([&](auto& queue) { queue.stop(left()); });
}

std::shared_ptr<Engine> Engine::running() noexcept {
  Running& slot = running_slot();
  const std::lock_guard lock(slot.mutex);
  return slot.engine;
}

bool Engine::start(std::shared_ptr<Engine> engine) {
  Running& slot = running_slot();
  const std::lock_guard lock(slot.mutex);
  if (slot.engine) return false;
  slot.engine = std::move(engine);
  return true;
}

void Engine::stop_running() {
  Running& slot = running_slot();
  std::shared_ptr<Engine> last;
  const std::lock_guard lock(slot.mutex);
  last.swap(slot.engine);
}

void Engine::emit(record::LogRecord log) noexcept { sinks_->push(std::move(log)); }

bool Engine::flush(milliseconds timeout) noexcept {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto left = [&] {
    return std::max(
        std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now()),
        milliseconds(0));
  };
  sinks_->collect_metrics(left());
  bool is_done = true;
  sinks_->for_each_queue([&](auto& queue) { is_done = queue.flush(left()) && is_done; });
  return is_done;
}

std::vector<SinkStatistics> Engine::statistics() const {
  std::vector<SinkStatistics> all;
  sinks_->for_each_queue([&](const auto& queue) { all.push_back(queue.statistics()); });
  return all;
}

}  // namespace tracery::app::core
