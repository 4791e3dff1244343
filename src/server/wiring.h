// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/mail_client.h"
#include "store/event_store.h"

namespace tracery::server {

/// What a server needs to know, all of it decided.
struct ServerOptions {
  std::filesystem::path data;
  std::vector<std::string> http;  ///< "address:port"; empty switches HTTP off.
  std::string grpc;               ///< "" switches gRPC off.
  std::string xray;               ///< The X-Ray daemon, UDP and TCP; "" switches it off.
  bool xray_is_strict = false;    ///< Hold segment documents to AWS's own rules.
  store::Durability durability = store::Durability::kSync;
  std::int64_t retention_days = 60;
  std::size_t memory_bytes = 1ULL << 30;
  std::string aws_account_id = "000000000000";
  net::MailServer mail_server;  ///< For notifications.
  bool allow_anonymous = false;
  unsigned threads = 2;
};

struct BoundAddresses {
  std::vector<std::string> http;
  std::string grpc;  ///< "" when it is off.
  std::string xray;  ///< "" when it is off.
};

/// The whole object graph, put together in dependency order and taken apart in reverse: stop
/// accepting, finish what was accepted, seal, close.
class Server {
 public:
  /// Opens the data directory and starts the listeners. kConflict when the directory or a port is
  /// taken.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options);
  ~Server();

  const BoundAddresses& addresses() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// The file of keys, boards and settings inside a data directory.
std::filesystem::path metadata_file(const std::filesystem::path& data);

}  // namespace tracery::server
