// SPDX-License-Identifier: Apache-2.0
#include "xray_query_bench.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "http_load.h"
#include "server_process.h"

namespace tracery::bench {
namespace {

constexpr std::uint64_t kDocumentsPerRequest = 250;
constexpr std::int64_t kRangeSeconds = 3600;
constexpr unsigned kConnections = 4;

std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  return x ^ (x >> 33);
}

/// Request number `i` of a shop: a segment of one of ten services with a call to a table and one
/// to a database; one in 40 fails.
std::string document(std::uint64_t i, std::uint64_t traces, std::int64_t first_s) {
  const std::uint64_t random = mix(i + 1);
  const double start = static_cast<double>(first_s) +
                       static_cast<double>(i) * kRangeSeconds / static_cast<double>(traces);
  const double length = 0.01 + static_cast<double>(random % 1000) / 2000;
  const auto service = static_cast<unsigned>(random >> 20) % 10;
  const bool is_fault = (random >> 32) % 40 == 0;
  char text[1024];
  const int size = std::snprintf(
      text, sizeof text,
      R"({"trace_id":"1-%08llx-%024llx","id":"%016llx","name":"shop-%u","start_time":%.6f,)"
      R"("end_time":%.6f,"fault":%s,"user":"user-%llu","annotations":{"order":%llu,"tier":"%s"},)"
      R"("http":{"request":{"method":"GET","url":"http://shop/api/%llu"},"response":)"
      R"({"status":%d}},"subsegments":[{"id":"%016llx","name":"DynamoDB","namespace":"aws",)"
      R"("start_time":%.6f,"end_time":%.6f,"aws":{"table_name":"table-%llu"}},{"id":"%016llx",)"
      R"("name":"db@host","namespace":"remote","start_time":%.6f,"end_time":%.6f,)"
      R"("sql":{"url":"postgresql://host/shop"}}]})",
      static_cast<unsigned long long>(start), static_cast<unsigned long long>(random),
      static_cast<unsigned long long>(mix(3 * i + 1) | 1), service, start, start + length,
      is_fault ? "true" : "false", static_cast<unsigned long long>(random % 5000),
      static_cast<unsigned long long>(i % 1000), random % 3 == 0 ? "free" : "paid",
      static_cast<unsigned long long>(random >> 40 & 31), is_fault ? 500 : 200,
      static_cast<unsigned long long>(mix(3 * i + 2) | 1), start + 0.001, start + length / 2,
      static_cast<unsigned long long>(random >> 12 & 7),
      static_cast<unsigned long long>(mix(3 * i + 3) | 1), start + length / 2, start + length);
  return std::string(text, static_cast<std::size_t>(size));
}

void send_all(const ServerProcess& server, std::uint64_t traces, std::int64_t first_s) {
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> refused{0};
  const auto send = [&] {
    HttpConnection connection(server.http_port());
    for (;;) {
      const std::uint64_t first = next.fetch_add(kDocumentsPerRequest);
      if (first >= traces) return;
      JsonWriter json;
      json.begin_object().key("TraceSegmentDocuments").begin_array();
      const std::uint64_t last = std::min(first + kDocumentsPerRequest, traces);
      for (std::uint64_t i = first; i < last; ++i) json.value(document(i, traces, first_s));
      json.end_array().end_object();
      while (connection
                 .send("POST", "/TraceSegments", "Content-Type: application/json\r\n", json.text())
                 .status != 200) {
        ++refused;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    }
  };
  std::vector<std::thread> senders;
  for (unsigned i = 0; i < kConnections; ++i) senders.emplace_back(send);
  for (std::thread& sender : senders) sender.join();
  if (refused > 0)
    std::printf("segments: %llu requests tried again\n",
                static_cast<unsigned long long>(refused.load()));
}

/// The median of some runs after one that fills the cache.
void measure(const ServerProcess& server, const char* name, const char* path,
             const nlohmann::json& request, double goal_ms) {
  constexpr int kRuns = 7;
  HttpConnection connection(server.http_port());
  const std::string headers = "Content-Type: application/json\r\n";
  std::vector<double> wall_ms;
  std::vector<double> cpu_ms;
  std::string body;
  for (int i = 0; i <= kRuns; ++i) {
    const double cpu_before = server.cpu_seconds();
    const std::int64_t begin_ns = monotonic_ns();
    const auto answer = connection.send("POST", path, headers, request.dump());
    if (answer.status != 200) {
      std::printf("%s: status %d %s\n", name, answer.status, answer.body.c_str());
      return;
    }
    body = answer.body;
    if (i == 0) continue;
    wall_ms.push_back(static_cast<double>(monotonic_ns() - begin_ns) / 1e6);
    cpu_ms.push_back((server.cpu_seconds() - cpu_before) * 1e3);
  }
  std::sort(wall_ms.begin(), wall_ms.end());
  std::sort(cpu_ms.begin(), cpu_ms.end());
  std::printf("%-44s %14.4g %-22s goal %-10.4g ratio %.2f  %.0f ms CPU, %zu bytes\n", name,
              wall_ms[kRuns / 2], "ms", goal_ms, wall_ms[kRuns / 2] / goal_ms, cpu_ms[kRuns / 2],
              body.size());
  std::fflush(stdout);
}

}  // namespace

void measure_xray_queries(const std::string& binary, const std::string& data, std::size_t traces) {
  std::filesystem::remove_all(data);
  const std::int64_t first_s = SystemClock().now_ns() / kNsPerSecond - kRangeSeconds - 60;
  {
    ServerProcess server(binary, data);
    send_all(server, traces, first_s);
    server.stop();
  }
  {
    const ServerProcess server(binary, data);
    nlohmann::json request = {{"StartTime", first_s}, {"EndTime", first_s + kRangeSeconds}};
    measure(server, "GetServiceGraph over 1 M traces", "/ServiceGraph", request, 300);
    request["FilterExpression"] = "annotation.order = 77";
    measure(server, "GetTraceSummaries, 1 in 1,000 by annotation", "/TraceSummaries", request, 100);
    request["FilterExpression"] = "annotation.tier = \"free\"";
    measure(server, "GetTraceSummaries, 1 in 3 by annotation", "/TraceSummaries", request, 100);
    request["FilterExpression"] = "annotation.tier = \"free\" AND responsetime > 9";
    measure(server, "GetTraceSummaries, 1 in 3 has a row, none meets", "/TraceSummaries", request,
            300);
    request["FilterExpression"] = "service(\"shop-3\") { fault AND responsetime > 0.3 }";
    measure(server, "GetTraceSummaries by service, fault and time", "/TraceSummaries", request,
            300);
    std::printf("%-44s %14.4g %s\n", "resident, after X-Ray queries", server.resident_mib(), "MiB");
  }
  std::filesystem::remove_all(data);
}

}  // namespace tracery::bench
