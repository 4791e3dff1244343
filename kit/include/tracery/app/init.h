// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tracery::app {

/// What the program says about itself. Everything else, and everything that depends on where the
/// program runs, comes from the environment (see `kit/README.md` for the table); where both name
/// a thing, the environment wins, so that one image runs everywhere.
struct Options {
  std::string service;                          ///< `OTEL_SERVICE_NAME` wins.
  std::string version;                          ///< `service.version`.
  std::string environment;                      ///< `deployment.environment.name`.
  std::map<std::string, std::string> resource;  ///< More resource attributes.
};

/// What became of the data of one sink since `init()`. A span, a log record and a metric
/// count as one item each.
struct SinkStatistics {
  std::string sink;  ///< "otlp.traces", "otlp.logs", "otlp.metrics".
  std::uint64_t accepted = 0;
  std::uint64_t delivered = 0;
  std::uint64_t dropped = 0;  ///< Queue full, given up after retries, or refused by the receiver.
  std::uint64_t retries = 0;  ///< Requests sent again.
  std::uint64_t queued = 0;   ///< Waiting now.
};

/// Keeps telemetry running: its destructor delivers what is queued (for at most 5 s by default,
/// see `OTEL_BSP_EXPORT_TIMEOUT`) and stops every thread of the kit. Keep it in main().
class [[nodiscard]] Guard {
 public:
  class Engine;
  explicit Guard(std::unique_ptr<Engine> engine) noexcept;
  Guard(Guard&&) noexcept;
  Guard& operator=(Guard&&) noexcept;
  ~Guard();

  /// Waits until everything that was recorded before has been delivered or dropped.
  /// \return false if `timeout` passed first.
  bool flush(std::chrono::milliseconds timeout = std::chrono::seconds(5)) noexcept;

  std::vector<SinkStatistics> statistics() const;

  /// Complaints about the environment, e.g. an unknown sampler, in words for a log. They are also
  /// written to stderr once by `init()`.
  const std::vector<std::string>& warnings() const noexcept;

 private:
  std::unique_ptr<Engine> engine_;
};

/// Starts telemetry for the process. Never throws and never fails: a bad setting
/// is left out and said once on stderr. Call it once, before other threads
/// are started; a second call while a guard lives gives an idle guard.
Guard init(const Options& options = {}) noexcept;

}  // namespace tracery::app
