// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "config/config.h"
#include "record/span_record.h"
#include "tracery/app/init.h"

namespace tracery::app::core {

/// All of telemetry, put together by one configuration: queues, exporters, sinks and the SDK's
/// providers. One lives at a time.
class Engine {
 public:
  explicit Engine(config::Config config);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// The engine that runs, or none. Keeping the pointer keeps it alive.
  static std::shared_ptr<Engine> running() noexcept;
  /// \return false if one runs already.
  static bool start(std::shared_ptr<Engine> engine);
  static void stop_running();

  const config::Config& config() const { return config_; }
  void emit(record::LogRecord log) noexcept;
  bool flush(std::chrono::milliseconds timeout) noexcept;
  std::vector<SinkStatistics> statistics() const;

 private:
  class Sinks;
  const config::Config config_;
  std::unique_ptr<Sinks> sinks_;
};

}  // namespace tracery::app::core
