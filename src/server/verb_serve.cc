// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/time.h"
#include "net/address.h"
#include "server/config.h"
#include "server/verbs.h"
#include "server/wiring.h"

namespace tracery::server {
namespace {

ServerOptions to_server_options(const Config& config) {
  ServerOptions options;
  std::error_code ignored;
  options.data = std::filesystem::absolute(config.data, ignored).lexically_normal();
  options.http = config.http;
  options.grpc = config.grpc;
  options.xray = config.xray;
  options.xray_is_strict = config.xray_is_strict;
  options.durability = config.durability;
  options.retention_days = config.retention_ns / kNsPerDay;
  options.memory_bytes = config.memory_bytes;
  options.aws_account_id = config.aws_account_id;
  options.mail_server = {config.smtp, config.mail_from};
  options.allow_anonymous = config.allow_anonymous;
  options.threads = std::max(std::thread::hardware_concurrency(), 1U);
  return options;
}

void start_log(const std::string& level) {
  const auto log = spdlog::stderr_logger_mt("server");
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  log->set_level(spdlog::level::from_str(level == "warn" ? "warning" : level));
  log->flush_on(spdlog::level::info);
  spdlog::set_default_logger(log);
}

std::string ready_line(const BoundAddresses& bound, const std::string& data) {
  std::string http;
  for (const std::string& address : bound.http) http += (http.empty() ? "" : ",") + address;
  return "tracery ready http=" + (http.empty() ? "none" : http) +
         " grpc=" + (bound.grpc.empty() ? "none" : bound.grpc) +
         " xray=" + (bound.xray.empty() ? "none" : bound.xray) + " data=" + data + "\n";
}

/// Signals that end the server, kept from every thread so that one place can wait for them.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c)
  return signals;
}

void warn_of_open_doors(const ServerOptions& options) {
  if (!options.allow_anonymous) return;
  const auto is_open = [](const std::string& text) {
    const auto address = net::parse_address(text);
    return address.ok() && !net::is_loopback_host(address->host);
  };
  const bool is_http_open = std::any_of(options.http.begin(), options.http.end(), is_open);
  if (is_http_open || is_open(options.grpc) || is_open(options.xray)) {
    spdlog::warn("anyone who can reach this machine may read and write everything");
  }
}

}  // namespace

int run_serve(const ServeOptions& options) {
  const auto config = load_config(options.flags, process_environment());
  if (!config) {
    report(config.error());
    return kExitMisuse;
  }
  start_log(config->log_level);
  const sigset_t signals = block_stop_signals();
  const ServerOptions server_options = to_server_options(*config);
  auto server = Server::start(server_options);
  if (!server) {
    report(server.error());
    return kExitMisuse;
  }
  warn_of_open_doors(server_options);
  const std::string ready = ready_line((*server)->addresses(), server_options.data.string());
  std::fputs(ready.c_str(), stdout);
  std::fflush(stdout);
  spdlog::info("ready data={}", server_options.data.string());

  int signal = 0;
  sigwait(&signals, &signal);
  // Whoever signals again means it: the default action ends the process.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  spdlog::info("stopping signal={}", signal);
  server->reset();
  spdlog::info("stopped");
  return kExitOk;
}

}  // namespace tracery::server
