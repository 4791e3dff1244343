// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace tracery::bench {

/// A server started for a measurement; killed by the destructor.
class ServerProcess {
 public:
  /// Starts `binary serve` on free loopback ports and waits for its ready line. Exits the program
  /// when it does not come.
  enum class Grpc : std::uint8_t { kOff, kOn };
  enum class Xray : std::uint8_t { kOff, kOn };
  ServerProcess(const std::string& binary, const std::string& data, Grpc grpc = Grpc::kOff,
                Xray xray = Xray::kOff);
  ~ServerProcess();

  const std::string& http_port() const { return http_port_; }
  const std::string& grpc_port() const { return grpc_port_; }  ///< "" without.
  const std::string& xray_port() const { return xray_port_; }  ///< "" without.
  double start_seconds() const { return start_seconds_; }
  /// CPU time of all its threads so far.
  double cpu_seconds() const;
  double resident_mib() const;
  /// SIGTERM, and waits.
  void stop();
  void kill_now();

 private:
  void wait_for_exit();

  pid_t pid_ = -1;
  std::string http_port_;
  std::string grpc_port_;
  std::string xray_port_;
  double start_seconds_ = 0;
};

}  // namespace tracery::bench
