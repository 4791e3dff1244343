// SPDX-License-Identifier: Apache-2.0
#include "net/grpc_server.h"

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/byte_buffer.h>
#include <gtest/gtest.h>

namespace tracery::net {
namespace {

constexpr const char* kMethod = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

struct Reply {
  grpc::Status status;
  std::string message;
};

/// Makes unary calls with raw bytes.
class Caller {
 public:
  explicit Caller(const GrpcServer& server)
      : stub_(grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials())) {}

  grpc_compression_algorithm compression = GRPC_COMPRESS_NONE;
  std::map<std::string, std::string> metadata;
  std::chrono::milliseconds deadline{10'000};

  Reply call(const std::string& method, const std::string& message) {
    grpc::ClientContext context;
    context.set_compression_algorithm(compression);
    context.set_deadline(std::chrono::system_clock::now() + deadline);
    for (const auto& [name, value] : metadata) context.AddMetadata(name, value);
    const grpc::Slice slice(message);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer reply;
    std::promise<grpc::Status> done;
    stub_.UnaryCall(&context, method, grpc::StubOptions(), &request, &reply,
                    [&done](grpc::Status status) { done.set_value(std::move(status)); });
    Reply result{.status = done.get_future().get(), .message = {}};
    grpc::Slice bytes;
    if (result.status.ok() && reply.DumpToSingleSlice(&bytes).ok()) {
      result.message.assign(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
    }
    return result;
  }

 private:
  grpc::GenericStub stub_;
};

std::unique_ptr<GrpcServer> serve(GrpcHandler handler, std::size_t message_bytes_max = 1 << 20) {
  auto server = GrpcServer::start(
      {.address = "127.0.0.1:0", .message_bytes_max = message_bytes_max}, std::move(handler));
  EXPECT_TRUE(server.ok());
  return std::move(server).value();
}

void answer_size(GrpcRequest request, GrpcRespond respond) {
  respond({.reply = std::to_string(request.message.size())});
}

class GrpcServerTest : public testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    // The system's gRPC is not instrumented: every hand-over between its threads looks like a race.
    GTEST_SKIP();
#endif
  }
};

TEST_F(GrpcServerTest, GivesTheHandlerTheCall) {
  GrpcRequest seen;
  const auto server = serve([&](GrpcRequest request, GrpcRespond respond) {
    seen = std::move(request);
    respond({.reply = "pong"});
  });
  Caller caller(*server);
  caller.metadata = {{"x-honeycomb-team", "key"}, {"x-bytes-bin", std::string("\0\xff", 2)}};

  const Reply reply = caller.call(kMethod, "ping");

  EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
  EXPECT_EQ(reply.message, "pong");
  EXPECT_EQ(seen.method, kMethod);
  EXPECT_EQ(seen.message, "ping");
  EXPECT_EQ(seen.metadata.get("x-honeycomb-team"), "key");
  EXPECT_EQ(seen.metadata.get("x-bytes-bin"), std::string_view("\0\xff", 2));
  EXPECT_TRUE(seen.is_loopback);
  EXPECT_TRUE(seen.peer.starts_with("127.0.0.1:")) << seen.peer;
}

TEST_F(GrpcServerTest, UnpacksGzipAndDeflate) {
  const auto server = serve(answer_size);
  for (const auto algorithm : {GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    Caller caller(*server);
    caller.compression = algorithm;

    const Reply reply = caller.call(kMethod, std::string(100'000, 'x'));

    EXPECT_EQ(reply.message, "100000") << reply.status.error_message();
  }
}

TEST_F(GrpcServerTest, RefusesMessagesOverTheLimitHoweverPacked) {
  const auto server = serve(answer_size, 100'000);
  for (const auto algorithm : {GRPC_COMPRESS_NONE, GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    Caller caller(*server);
    caller.compression = algorithm;

    const Reply reply = caller.call(kMethod, std::string(5'000'000, 'x'));

    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED)
        << reply.status.error_message();
    EXPECT_EQ(reply.status.error_details(), "");
  }
}

TEST_F(GrpcServerTest, SendsStatusMessageAndDetails) {
  const auto server = serve([](GrpcRequest, GrpcRespond respond) {
    respond({.status = 8, .message = "slow down", .details = std::string("\x08\x08\0", 3)});
  });

  const Reply reply = Caller(*server).call("/any.Service/Method", "");

  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(reply.status.error_message(), "slow down");
  EXPECT_EQ(reply.status.error_details(), std::string("\x08\x08\0", 3));
}

TEST_F(GrpcServerTest, TakesEmptyMessagesAndReplies) {
  const auto server = serve([](GrpcRequest, GrpcRespond respond) { respond({}); });

  const Reply reply = Caller(*server).call(kMethod, "");

  EXPECT_TRUE(reply.status.ok());
  EXPECT_EQ(reply.message, "");
}

TEST_F(GrpcServerTest, AnswersFromAnotherThread) {
  // The answer may be here before the thread that gave it has a name in the handler.
  std::promise<std::thread> other;
  const auto server = serve([&](GrpcRequest, GrpcRespond respond) {
    other.set_value(std::thread([respond = std::move(respond)] { respond({.reply = "later"}); }));
  });

  EXPECT_EQ(Caller(*server).call(kMethod, "").message, "later");

  other.get_future().get().join();
}

TEST_F(GrpcServerTest, AnswersTheHealthCheck) {
  const auto server = serve(answer_size);

  const Reply reply = Caller(*server).call("/grpc.health.v1.Health/Check", "");

  EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
  EXPECT_EQ(reply.message, "\x08\x01");
}

TEST_F(GrpcServerTest, TurnsAForgottenAnswerIntoAnError) {
  const auto server = serve([](GrpcRequest, GrpcRespond) {});

  EXPECT_EQ(Caller(*server).call(kMethod, "").status.error_code(), grpc::StatusCode::INTERNAL);
}

TEST_F(GrpcServerTest, DropsTheAnswerOfAClientThatLeft) {
  std::promise<GrpcRespond> asked;
  const auto server =
      serve([&](GrpcRequest, GrpcRespond respond) { asked.set_value(std::move(respond)); });
  Caller caller(*server);
  caller.deadline = std::chrono::milliseconds(50);

  const Reply reply = caller.call(kMethod, "");

  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  asked.get_future().get()({.reply = "too late, and harmless"});
}

TEST_F(GrpcServerTest, StopsAfterTheGraceThoughNobodyAnswers) {
  std::promise<GrpcRespond> asked;
  auto server =
      serve([&](GrpcRequest, GrpcRespond respond) { asked.set_value(std::move(respond)); });
  Caller caller(*server);
  std::thread calling([&] { EXPECT_FALSE(caller.call(kMethod, "").status.ok()); });
  const GrpcRespond kept = asked.get_future().get();

  server->stop(20);
  server.reset();

  calling.join();
  kept({.reply = "too late, and harmless"});
}

TEST_F(GrpcServerTest, NamesTheAddressThatIsTaken) {
  const auto server = serve(answer_size);

  const auto second = GrpcServer::start({.address = server->address()}, answer_size);

  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_NE(second.error().message.find(server->address()), std::string::npos);
}

}  // namespace
}  // namespace tracery::net
