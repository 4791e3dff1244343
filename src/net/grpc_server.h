// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "net/request_handler.h"

namespace tracery::net {

/// A unary call: the message as it came, already decompressed by gRPC.
struct GrpcRequest {
  std::string method;  ///< "/opentelemetry.proto.collector.trace.v1.TraceService/Export".
  Headers metadata;    ///< Names lower-case; binary ("-bin") values as bytes.
  std::string message;
  std::string peer;
  bool is_loopback = false;
};

struct GrpcResponse {
  int status = 0;       ///< google.rpc.Code.
  std::string message;  ///< Of the status, for people.
  std::string details;  ///< Serialized google.rpc.Status, or empty.
  std::string reply;    ///< The reply message when status is 0.
};

using GrpcRespond = std::function<void(GrpcResponse)>;
/// Called on a gRPC thread; must not block it. Call `respond` exactly once, from any thread.
using GrpcHandler = std::function<void(GrpcRequest, GrpcRespond)>;

struct GrpcOptions {
  std::string address;
  std::size_t message_bytes_max = 64ULL << 20;
};

/// gRPC over h2c: every unary method goes to the handler as raw bytes; grpc.health.v1 is answered
/// here.
class GrpcServer {
 public:
  static Result<std::unique_ptr<GrpcServer>> start(GrpcOptions options, GrpcHandler handler);
  ~GrpcServer();
  const std::string& address() const;
  void stop(int grace_ms);

 private:
  struct Impl;
  explicit GrpcServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tracery::net
