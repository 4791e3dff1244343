// SPDX-License-Identifier: Apache-2.0
// The calls of tracery/app/init.h and tracery/app/log.h.
#include "tracery/app/init.h"

#include <array>
#include <chrono>
#include <cstdio>

#include <curl/curl.h>

#include "core/engine.h"
#include "sdk/current.h"
#include "tracery/app/log.h"

namespace tracery::app {

/// What a guard holds. A guard that came second holds no engine.
class Guard::Engine {
 public:
  std::shared_ptr<core::Engine> engine;
  std::vector<std::string> warnings;
};

Guard::Guard(std::unique_ptr<Engine> engine) noexcept : engine_(std::move(engine)) {}
Guard::Guard(Guard&&) noexcept = default;
Guard& Guard::operator=(Guard&& other) noexcept {
  if (this != &other) {
    if (engine_ && engine_->engine) core::Engine::stop_running();
    engine_ = std::move(other.engine_);
  }
  return *this;
}

Guard::~Guard() {
  if (engine_ && engine_->engine) core::Engine::stop_running();
}

bool Guard::flush(std::chrono::milliseconds timeout) noexcept {
  return !engine_ || !engine_->engine || engine_->engine->flush(timeout);
}

std::vector<SinkStatistics> Guard::statistics() const {
  if (!engine_ || !engine_->engine) return {};
  return engine_->engine->statistics();
}

const std::vector<std::string>& Guard::warnings() const noexcept {
  static const std::vector<std::string> none;
  return engine_ ? engine_->warnings : none;
}

Guard init(const Options& options) noexcept {
  auto state = std::make_unique<Guard::Engine>();
  config::Config config = config::read_config(options, &config::process_environment);
  state->warnings = config.warnings;
  for (const std::string& warning : state->warnings) {
    std::fprintf(stderr, "tracery: %s\n", warning.c_str());
  }
  if (config.disabled || core::Engine::running()) return Guard(std::move(state));
  curl_global_init(CURL_GLOBAL_DEFAULT);
  auto engine = std::make_shared<core::Engine>(std::move(config));
  if (core::Engine::start(engine)) state->engine = std::move(engine);
  return Guard(std::move(state));
}

void log(Level level, std::string_view message, Attributes attributes,
         std::string_view logger) noexcept {
  struct Severity {
    std::int32_t number;
    std::string_view text;
  };
  static constexpr std::array<Severity, 6> kSeverities = {
      {{1, "TRACE"}, {5, "DEBUG"}, {9, "INFO"}, {13, "WARN"}, {17, "ERROR"}, {21, "FATAL"}}};
  const std::shared_ptr<core::Engine> engine = core::Engine::running();
  if (!engine) return;
  const record::RecordLimits& limits = engine->config().log_limits;
  const Severity& severity = kSeverities[static_cast<std::size_t>(level)];
  record::LogRecord record;
  record.time_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  record.severity = severity.number;
  record.severity_text = severity.text;
  record.body = message;
  record.scope_name = logger;
  for (const auto& [key, value] : attributes) {
    if (!record::set_field(record.attributes, key, record::copy_value(value, limits.text_bytes),
                           limits.attributes)) {
      ++record.dropped_attributes;
    }
  }
  if (const auto ids = sdk::current_ids()) {
    record.trace_id = ids->trace_id;
    record.span_id = ids->span_id;
    record.flags = ids->flags;
  }
  engine->emit(std::move(record));
}

}  // namespace tracery::app
