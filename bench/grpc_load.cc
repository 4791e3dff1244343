// SPDX-License-Identifier: Apache-2.0
#include "grpc_load.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include "base/clock.h"

namespace tracery::bench {
namespace {

constexpr const char* kExport = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

bool call(grpc::GenericStub& stub, const std::string& body) {
  grpc::Slice slice(body);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer answer;
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto pending = stub.PrepareUnaryCall(&context, kExport, request, &queue);
  pending->StartCall();
  grpc::Status status;
  pending->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool is_done = false;
  queue.Next(&tag, &is_done);
  return is_done && status.ok();
}

}  // namespace

LoadResult export_traces(const std::string& port, unsigned channels,
                         const std::function<std::string()>& next) {
  LoadResult result;
  std::mutex mutex;
  const std::int64_t begin_ns = monotonic_ns();
  const auto work = [&](int number) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("bench.channel", number);  // Else all channels share one connection.
    grpc::GenericStub stub(grpc::CreateCustomChannel(
        "127.0.0.1:" + port, grpc::InsecureChannelCredentials(), arguments));
    std::vector<double> latencies;
    std::uint64_t refused = 0;
    for (std::string body = next(); !body.empty(); body = next()) {
      const std::int64_t sent_ns = monotonic_ns();
      if (!call(stub, body)) ++refused;
      latencies.push_back(static_cast<double>(monotonic_ns() - sent_ns) / 1e6);
    }
    const std::lock_guard lock(mutex);
    result.requests += latencies.size();
    result.refused += refused;
    result.latencies_ms.insert(result.latencies_ms.end(), latencies.begin(), latencies.end());
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < channels; ++i) threads.emplace_back(work, static_cast<int>(i));
  for (std::thread& thread : threads) thread.join();
  result.seconds = static_cast<double>(monotonic_ns() - begin_ns) / 1e9;
  std::sort(result.latencies_ms.begin(), result.latencies_ms.end());
  return result;
}

}  // namespace tracery::bench
