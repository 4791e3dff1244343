// SPDX-License-Identifier: Apache-2.0
#include "net/grpc_server.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <utility>

#include <grpc/support/log.h>
#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include "base/compression.h"
#include "net/address.h"

namespace tracery::net {
namespace {

constexpr int kLookaheadBytes = 1 << 20;      // Per stream: fewer stalls on window updates.
constexpr int kPingIntervalMinMs = 10'000;    // Clients may ask this often whether we live.
constexpr std::size_t kMessagesInFlight = 8;  // Memory of all calls together, in largest messages.

/// Gives the bytes of a message as they came, and how they were packed. gRPC's own decompression
/// is off: it has no bound on what a message unpacks to.
class MessageReader : private grpc::ProtoBufferReader {
 public:
  explicit MessageReader(grpc::ByteBuffer* buffer) : grpc::ProtoBufferReader(buffer) {}

  Result<std::string> read(std::size_t bytes_max) {
    std::string packed;
    if (!status().ok()) return Error{ErrorCode::kMalformed, "unreadable message"};
    const auto compression = reader()->buffer_in->data.raw.compression;
    const void* piece = nullptr;
    int bytes = 0;
    while (Next(&piece, &bytes)) {
      packed.append(static_cast<const char*>(piece), static_cast<std::size_t>(bytes));
    }
    switch (compression) {
      case GRPC_COMPRESS_GZIP: return decompress(Compression::kGzip, packed, bytes_max);
      case GRPC_COMPRESS_DEFLATE: return decompress(Compression::kDeflate, packed, bytes_max);
      default: return packed;
    }
  }
};

/// "ipv4:1.2.3.4:5" and "ipv6:%5B::1%5D:5" as an address.
std::string plain_peer(std::string peer) {
  const std::size_t colon = peer.find(':');
  if (colon != std::string::npos && peer.starts_with("ip")) peer.erase(0, colon + 1);
  for (const auto& [code, sign] : {std::pair{"%5B", "["}, std::pair{"%5D", "]"}}) {
    if (const std::size_t at = peer.find(code); at != std::string::npos) peer.replace(at, 3, sign);
  }
  return peer;
}

grpc::Status to_status(const GrpcResponse& response) {
  if (response.status == 0) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(response.status), response.message, response.details};
}

GrpcResponse failed(grpc::StatusCode code, std::string message) {
  return {.status = code, .message = std::move(message), .details = {}, .reply = {}};
}

class CallReactor;

/// Held by the call and by whoever owes its answer; the first of them to finish() wins.
class CallLink {
 public:
  explicit CallLink(CallReactor* reactor) : reactor_(reactor) {}
  void finish(GrpcResponse response);

 private:
  std::atomic<CallReactor*> reactor_;  ///< Alive until finish() has taken it.
};

/// The right to answer a call. Destroyed unused, it answers INTERNAL: no call is left hanging.
class CallAnswer {
 public:
  explicit CallAnswer(std::shared_ptr<CallLink> link) : link_(std::move(link)) {}
  ~CallAnswer() { deliver(failed(grpc::StatusCode::INTERNAL, "no answer was given")); }
  CallAnswer(const CallAnswer&) = delete;
  CallAnswer& operator=(const CallAnswer&) = delete;
  void deliver(GrpcResponse response) { link_->finish(std::move(response)); }

 private:
  std::shared_ptr<CallLink> link_;
};

/// What every call of a server needs.
struct CallSettings {
  GrpcHandler handler;
  std::size_t message_bytes_max = 0;
  bool is_loopback = false;
};

/// One unary call. Deletes itself when gRPC is done with it.
class CallReactor final : public grpc::ServerGenericBidiReactor {
 public:
  CallReactor(const CallSettings& settings, grpc::GenericCallbackServerContext* context)
      : settings_(settings), context_(context), link_(std::make_shared<CallLink>(this)) {
    StartRead(&message_);
  }

  /// Called once, by the link.
  void answer(GrpcResponse response) {
    const grpc::Status status = to_status(response);
    if (!status.ok()) {
      Finish(status);
      return;
    }
    const grpc::Slice slice(response.reply);
    reply_ = grpc::ByteBuffer(&slice, 1);
    StartWriteAndFinish(&reply_, grpc::WriteOptions(), status);
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) {
      // Also after a message over gRPC's own limit; gRPC then sends RESOURCE_EXHAUSTED itself.
      link_->finish(failed(grpc::StatusCode::INTERNAL, "no message in call"));
      return;
    }
    Result<std::string> message = MessageReader(&message_).read(settings_.message_bytes_max);
    message_.Clear();
    if (!message) {
      const bool is_large = message.error().code == ErrorCode::kTooLarge;
      link_->finish(
          failed(is_large ? grpc::StatusCode::RESOURCE_EXHAUSTED : grpc::StatusCode::INTERNAL,
                 message.error().message));
      return;
    }
    GrpcRequest request{.method = context_->method(),
                        .metadata = {},
                        .message = *std::move(message),
                        .peer = plain_peer(context_->peer()),
                        .is_loopback = settings_.is_loopback};
    for (const auto& [name, value] : context_->client_metadata()) {
      request.metadata.add({name.data(), name.size()}, {value.data(), value.size()});
    }
    settings_.handler(std::move(request),
                      [answer = std::make_shared<CallAnswer>(link_)](GrpcResponse response) {
                        answer->deliver(std::move(response));
                      });
  }
  void OnCancel() override { link_->finish(failed(grpc::StatusCode::CANCELLED, "cancelled")); }
  void OnDone() override { delete this; }

  const CallSettings& settings_;
  grpc::GenericCallbackServerContext* const context_;
  const std::shared_ptr<CallLink> link_;
  grpc::ByteBuffer message_;
  grpc::ByteBuffer reply_;
};

void CallLink::finish(GrpcResponse response) {
  CallReactor* reactor = reactor_.exchange(nullptr);
  if (reactor != nullptr) reactor->answer(std::move(response));
}

class EveryMethod final : public grpc::CallbackGenericService {
 public:
  explicit EveryMethod(CallSettings settings) : settings_(std::move(settings)) {}

 private:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new CallReactor(settings_, context);
  }

  const CallSettings settings_;
};

/// gRPC would write to stderr past our log. What matters comes back as an Error.
void ignore_log(gpr_log_func_args*) {}

}  // namespace

struct GrpcServer::Impl {
  std::unique_ptr<EveryMethod> service;
  std::unique_ptr<grpc::Server> server;
  std::string address;
};

GrpcServer::GrpcServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

GrpcServer::~GrpcServer() { stop(0); }

Result<std::unique_ptr<GrpcServer>> GrpcServer::start(GrpcOptions options, GrpcHandler handler) {
  const Address wanted = TRACERY_TRY(parse_address(options.address));
  gpr_set_log_function(ignore_log);
  grpc::EnableDefaultHealthCheckService(true);
  auto impl = std::make_unique<Impl>();
  impl->service =
      std::make_unique<EveryMethod>(CallSettings{.handler = std::move(handler),
                                                 .message_bytes_max = options.message_bytes_max,
                                                 .is_loopback = is_loopback_host(wanted.host)});
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(format_address(wanted.host, wanted.port),
                           grpc::InsecureServerCredentials(), &port);
  builder.RegisterCallbackGenericService(impl->service.get());
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.message_bytes_max));
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kLookaheadBytes);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kPingIntervalMinMs);
  grpc::ResourceQuota quota;
  quota.Resize(kMessagesInFlight * options.message_bytes_max);
  builder.SetResourceQuota(quota);
  impl->server = builder.BuildAndStart();
  if (impl->server == nullptr || port == 0) {
    return Error{ErrorCode::kConflict, "listen: address not available: " + options.address};
  }
  impl->address = format_address(wanted.host, static_cast<std::uint16_t>(port));
  return std::unique_ptr<GrpcServer>(new GrpcServer(std::move(impl)));
}

const std::string& GrpcServer::address() const { return impl_->address; }

void GrpcServer::stop(int grace_ms) {
  if (impl_->server == nullptr) return;
  impl_->server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(grace_ms));
  impl_->server->Wait();
  impl_->server.reset();
}

}  // namespace tracery::net
