// SPDX-License-Identifier: Apache-2.0
#include "server_process.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

namespace tracery::bench {

namespace {

/// The port after `name` in the ready line; "" when that listener is off.
std::string port_in(const std::string& line, const std::string& name) {
  const std::size_t at = line.find(name + "=127.0.0.1:");
  if (at == std::string::npos) return {};
  const std::string rest = line.substr(at + name.size() + 11);
  return rest.substr(0, rest.find_first_not_of("0123456789"));
}

}  // namespace

ServerProcess::ServerProcess(const std::string& binary, const std::string& data, Grpc grpc,
                             Xray xray) {
  const std::int64_t begin_ns = monotonic_ns();
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) std::abort();
  pid_ = fork();
  if (pid_ == 0) {
    dup2(pipe_ends[1], 1);
    close(pipe_ends[0]);
    execl(binary.c_str(), binary.c_str(), "serve", "--data", data.c_str(), "--http", "127.0.0.1:0",
          "--grpc", grpc == Grpc::kOn ? "127.0.0.1:0" : "none", "--xray",
          xray == Xray::kOn ? "127.0.0.1:0" : "none", nullptr);
    std::_Exit(127);
  }
  close(pipe_ends[1]);
  std::string line;
  char c = 0;
  while (read(pipe_ends[0], &c, 1) == 1 && c != '\n') line += c;
  start_seconds_ = static_cast<double>(monotonic_ns() - begin_ns) / 1e9;
  http_port_ = port_in(line, "http");
  grpc_port_ = port_in(line, "grpc");
  xray_port_ = port_in(line, "xray");
  if (http_port_.empty()) {
    std::fprintf(stderr, "bench: the server did not start: %s\n", line.c_str());
    std::exit(1);
  }
}

ServerProcess::~ServerProcess() { kill_now(); }

double ServerProcess::cpu_seconds() const {
  // The process's own clock: it counts threads that have ended too, such as those that merge.
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double ServerProcess::resident_mib() const {
  std::ifstream in("/proc/" + std::to_string(pid_) + "/status");
  std::string word;
  while (in >> word) {
    double kib = 0;
    if (word == "VmRSS:" && in >> kib) return kib / 1024;
  }
  return 0;
}

void ServerProcess::wait_for_exit() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
}

void ServerProcess::stop() {
  if (pid_ < 0) return;
  kill(pid_, SIGTERM);
  wait_for_exit();
}

void ServerProcess::kill_now() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  wait_for_exit();
}

}  // namespace tracery::bench
