// SPDX-License-Identifier: Apache-2.0
// Measures what X-Ray documents cost a running server until they are durable, by the daemon's port
// and by PutTraceSegments, and prints figures: nothing here passes or fails.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "http_load.h"
#include "server_process.h"
#include "xray_query_bench.h"

namespace tracery::bench {
namespace {

constexpr double kGoal = 100'000;
constexpr std::size_t kDocumentsPerPut = 50;  // As SDKs' daemons send them.
constexpr std::size_t kBurst = 20'000;
constexpr unsigned kConnections = 8;

std::string hex(std::uint64_t number, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*llx", digits, static_cast<unsigned long long>(number));
  return text;
}

double seconds_of(std::int64_t time_ns) { return static_cast<double>(time_ns) / 1e9; }

/// A segment as the SDK for Python under Flask sends it, with a local subsegment and a call of
/// DynamoDB inside.
std::string make_document(std::uint64_t number, std::int64_t now_ns) {
  const double start = seconds_of(now_ns);
  JsonWriter json;
  const auto begin = [&](std::string_view name, std::uint64_t id, double from, double seconds) {
    json.begin_object().field("id", hex(id, 16)).field("name", name);
    json.field("start_time", from).field("end_time", from + seconds).field("in_progress", false);
  };
  begin("backend-flask", number * 3 + 1, start, 0.1);
  json.field("trace_id", "1-" + hex(static_cast<std::uint64_t>(start), 8) + '-' + hex(number, 24));
  json.key("http").begin_object().key("request").begin_object();
  json.field("url", "http://127.0.0.1:4567/api/activities/home").field("method", "GET");
  json.field("user_agent", "Mozilla/5.0 (X11; Linux x86_64)").field("client_ip", "127.0.0.1");
  json.end_object().key("response").begin_object().field("status", number % 50 == 0 ? 500 : 200);
  json.field("content_length", std::uint64_t{700} + number % 90).end_object().end_object();
  json.key("annotations").begin_object().field("user_id", "user-" + std::to_string(number % 5000));
  json.field("result_length", number % 7).end_object();
  json.key("aws").begin_object().key("xray").begin_object().field("sdk", "X-Ray for Python");
  json.field("sdk_version", "2.15.0").end_object().end_object();
  json.key("service").begin_object().field("runtime", "CPython").field("runtime_version", "3.11.2");
  json.end_object().key("subsegments").begin_array();
  begin("mock-data", number * 3 + 2, start + 0.01, 0.02);
  json.field("namespace", "local").end_object();
  begin("DynamoDB", number * 3 + 3, start + 0.04, 0.03);
  json.field("namespace", "aws").key("aws").begin_object().field("operation", "GetItem");
  json.field("region", "us-east-1").field("table_name", "activities").end_object().end_object();
  json.end_array().end_object();
  return json.take();
}

/// The value of a metric without labels.
double read_metric(const ServerProcess& server, const std::string& name) {
  HttpConnection connection(server.http_port());
  const std::string text = "\n" + connection.send("GET", "/metrics", "", "").body;
  const std::string line = "\ntracery_" + name + ' ';
  const std::size_t at = text.find(line);
  return at == std::string::npos ? 0 : std::strtod(text.c_str() + at + line.size(), nullptr);
}

class Measurement {
 public:
  explicit Measurement(const ServerProcess& server)
      : server_(server), cpu_before_(server.cpu_seconds()), begin_ns_(monotonic_ns()) {}

  void print(const char* name, double documents, double bytes) const {
    const double cpu = server_.cpu_seconds() - cpu_before_;
    const double wall = seconds_of(monotonic_ns() - begin_ns_);
    std::printf("%-44s %14.4g %-22s goal %-10.4g ratio %.2f  %.0f B each, %.3g/s wall\n", name,
                documents / cpu, "documents/CPU-s", kGoal, documents / cpu / kGoal,
                bytes / documents, documents / wall);
    std::fflush(stdout);
  }

 private:
  const ServerProcess& server_;
  double cpu_before_;
  std::int64_t begin_ns_;
};

/// Sends datagrams as fast as the socket takes them.
void send_burst(const std::string& port, const std::vector<std::string>& datagrams) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 10)));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (const std::string& datagram : datagrams) {
    ::sendto(socket, datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&to),
             sizeof to);
  }
  ::close(socket);
}

void measure_udp(const ServerProcess& server, std::size_t documents) {
  const std::int64_t now_ns = SystemClock().now_ns();
  const double before = read_metric(server, "xray_documents_accepted_total");
  std::vector<std::vector<std::string>> bursts;
  double bytes = 0;
  for (std::size_t i = 0; i < documents; ++i) {
    if (i % kBurst == 0) bursts.emplace_back();
    bursts.back().push_back("{\"format\":\"json\",\"version\":1}\n" + make_document(i, now_ns));
    bytes += static_cast<double>(bursts.back().back().size());
  }
  const Measurement measurement(server);
  double sent = 0;
  for (const auto& burst : bursts) {
    send_burst(server.xray_port(), burst);
    sent += static_cast<double>(burst.size());
    // A lost datagram would be waited for in vain; three seconds are far more than a burst takes.
    for (int tries = 0; tries < 300; ++tries) {
      if (read_metric(server, "xray_documents_accepted_total") - before >= sent) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  const double stored = read_metric(server, "xray_documents_accepted_total") - before;
  measurement.print("X-Ray over UDP, bursts of 20,000, to durable", stored, bytes);
  std::printf("%-44s %14.4g of %zu\n", "  lost", static_cast<double>(documents) - stored,
              documents);
}

void measure_api(const ServerProcess& server, std::size_t documents) {
  const std::int64_t now_ns = SystemClock().now_ns();
  std::vector<std::string> bodies;
  double bytes = 0;
  for (std::size_t i = 0; i < documents; i += kDocumentsPerPut) {
    JsonWriter json;
    json.begin_object().key("TraceSegmentDocuments").begin_array();
    const std::size_t end = std::min(i + kDocumentsPerPut, documents);
    for (std::size_t k = i; k < end; ++k) json.value(make_document((1ULL << 40) + k, now_ns));
    json.end_array().end_object();
    bodies.push_back(json.take());
    bytes += static_cast<double>(bodies.back().size());
  }
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> refused{0};
  const Measurement measurement(server);
  std::vector<std::thread> clients;
  for (unsigned i = 0; i < kConnections; ++i) {
    clients.emplace_back([&] {
      HttpConnection connection(server.http_port());
      for (std::size_t k = next++; k < bodies.size(); k = next++) {
        const auto answer = connection.send("POST", "/TraceSegments",
                                            "Content-Type: application/json\r\n", bodies[k]);
        if (answer.status != 200) ++refused;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  measurement.print("PutTraceSegments of 50, to durable", static_cast<double>(documents), bytes);
  if (refused > 0) std::printf("%-44s %14zu requests\n", "  refused", refused.load());
}

}  // namespace
}  // namespace tracery::bench

int main(int argc, char** argv) {
  using tracery::bench::ServerProcess;
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s SERVER_BINARY SCRATCH_DIRECTORY [DOCUMENTS [TRACES]]\n",
                 argv[0]);
    return 2;
  }
  const std::size_t documents = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 400'000;
  const std::size_t traces = argc > 4 ? std::strtoul(argv[4], nullptr, 10) : 1'000'000;
  const std::string scratch = argv[2];
  if (documents > 0) {
    const ServerProcess server(argv[1], scratch + "/xray", ServerProcess::Grpc::kOff,
                               ServerProcess::Xray::kOn);
    tracery::bench::measure_udp(server, documents);
    tracery::bench::measure_api(server, documents);
  }
  tracery::bench::measure_xray_queries(argv[1], scratch + "/xray-queries", traces);
  return 0;
}
