// SPDX-License-Identifier: Apache-2.0
// Measures a running server as a log store and prints figures: nothing here passes or fails.
// Usage: logs-bench BINARY SCRATCH [million lines [text file]]
//   The lines of a file, a real access log say, are stored too, for the size they have then.
#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/hash.h"
#include "http_load.h"
#include "server_process.h"

namespace tracery::bench {
namespace {

using nlohmann::json;

/// As many as AWS takes: 1 MiB with 26 bytes for each.
constexpr std::size_t kLinesPerRequest = 7'000;
constexpr unsigned kConnections = 8;
constexpr const char* kGroup = "bench";

void print_row(const std::string& name, double figure, const char* unit, double goal,
               const std::string& note = {}) {
  std::printf("%-48s %14.4g %-18s", name.c_str(), figure, unit);
  if (goal > 0) std::printf(" goal %-9.4g", goal);
  std::printf("  %s\n", note.c_str());
  std::fflush(stdout);
}

std::string headers_of(const std::string& operation) {
  return "Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: Logs_20140328." + operation +
         "\r\n";
}

json call(HttpConnection& connection, const std::string& operation, const json& input) {
  const auto answer = connection.send("POST", "/", headers_of(operation), input.dump());
  if (answer.status != 200) {
    std::fprintf(stderr, "bench: %s: %s\n", operation.c_str(), answer.body.c_str());
    std::exit(1);
  }
  return answer.body.empty() ? json() : json::parse(answer.body);
}

/// The unique id of a line: twelve hex digits.
std::string id_of(std::size_t line) {
  char text[16];
  std::snprintf(text, sizeof text, "%012llx",
                static_cast<unsigned long long>(mix64(line + 1) & 0xffffffffffffULL));
  return text;
}

/// An access log's line of 120 bytes, one in a hundred of them slow.
std::string line_of(std::size_t line) {
  constexpr const char* kRoutes[] = {"home", "search", "notifications", "@andrewbrown", "message"};
  const std::uint64_t random = mix64(line * 31 + 7);
  char text[200];
  const int bytes = std::snprintf(
      text, sizeof text,
      "%s 172.18.%u.%u GET http /api/activities/%s?page=%u %u OK %ums req=%s ua=Mozilla/5.0",
      random % 100 == 0 ? "WARN" : "INFO", static_cast<unsigned>(random >> 8 & 3),
      static_cast<unsigned>(random >> 16 & 255), kRoutes[random >> 24 & 3],
      static_cast<unsigned>(random >> 32 & 63), random % 97 == 0 ? 500U : 200U,
      static_cast<unsigned>(random >> 40 & 1023), id_of(line).c_str());
  std::string whole(text, static_cast<std::size_t>(bytes));
  whole.resize(120, '.');
  return whole;
}

/// A line as an app logs it in JSON, about 250 bytes.
std::string json_line_of(std::size_t line) {
  constexpr const char* kMessages[] = {"request done", "cache miss", "query took long",
                                       "user signed in"};
  const std::uint64_t random = mix64(line * 17 + 3);
  const bool is_error = random % 97 == 0;
  const json fields = {{"level", is_error ? "error" : "info"},
                       {"logger", "backend.activities"},
                       {"message", kMessages[random >> 8 & 3]},
                       {"http",
                        {{"method", "GET"},
                         {"status", is_error ? 500 : 200},
                         {"route", "/api/activities/" + std::to_string(random >> 16 & 7)}}},
                       {"duration_ms", static_cast<double>(random >> 24 & 0xffff) / 64},
                       {"user", "user-" + std::to_string(random >> 40 & 1023)},
                       {"trace_id", id_of(line) + id_of(line + 1) + "00000000"}};
  return fields.dump();
}

std::string put_body(std::size_t first, std::size_t lines, const std::string& stream,
                     std::int64_t first_ms) {
  std::string body = R"({"logGroupName":")" + std::string(kGroup) + R"(","logStreamName":")" +
                     stream + R"(","logEvents":[)";
  for (std::size_t i = 0; i < lines; ++i) {
    if (i > 0) body += ',';
    body += R"({"timestamp":)" + std::to_string(first_ms + static_cast<std::int64_t>(i / 10)) +
            R"(,"message":")" + line_of(first + i) + R"("})";
  }
  return body + "]}";
}

std::int64_t wall_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::vector<std::string> lines_of_file(const char* path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

double seconds_of(const std::function<void()>& work) {
  const std::int64_t begin_ns = monotonic_ns();
  work();
  return static_cast<double>(monotonic_ns() - begin_ns) / 1e9;
}

/// The best of some runs, for what the rest of the machine disturbs.
double best_ms(int runs, const std::function<void()>& work) {
  double best = 1e18;
  for (int i = 0; i < runs; ++i) best = std::min(best, seconds_of(work) * 1e3);
  return best;
}

double directory_bytes(const std::string& folder) {
  double bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
  }
  return bytes;
}

class LogsBench {
 public:
  LogsBench(std::string binary, std::string data, std::size_t lines)
      : binary_(std::move(binary)), data_(std::move(data)), lines_(lines) {}

  /// What lines take on disk once they are merged, in a store of their own.
  static void store_lines(const std::string& binary, const std::string& data,
                          const std::string& kind, std::size_t lines,
                          const std::function<std::string(std::size_t)>& line) {
    constexpr std::size_t kRequestBytes = 900'000;
    double raw = 0;
    {
      ServerProcess server(binary, data);
      HttpConnection connection(server.http_port());
      call(connection, "CreateLogGroup", {{"logGroupName", kGroup}});
      call(connection, "CreateLogStream", {{"logGroupName", kGroup}, {"logStreamName", "s"}});
      const std::int64_t now_ms = wall_ms();
      json events = json::array();
      std::size_t bytes = 0;
      for (std::size_t i = 0; i < lines; ++i) {
        std::string text = line(i);
        raw += static_cast<double>(text.size());
        bytes += text.size() + 26;
        events.push_back(
            {{"timestamp", now_ms - 3'600'000 + static_cast<std::int64_t>(i * 3'000'000 / lines)},
             {"message", std::move(text)}});
        if (bytes < kRequestBytes && events.size() < kLinesPerRequest && i + 1 < lines) continue;
        call(connection, "PutLogEvents",
             {{"logGroupName", kGroup}, {"logStreamName", "s"}, {"logEvents", std::move(events)}});
        events = json::array();
        bytes = 0;
      }
      wait_until_idle(server);
      server.stop();
    }
    print_row("bytes stored per raw byte, " + kind, directory_bytes(data + "/events") / raw, "B/B",
              0, std::to_string(lines) + " lines");
  }

  void run() {
    {
      ServerProcess server(binary_, data_);
      ingest(server);
      single_events(server);
      wait_until_idle(server);
      server.stop();
    }
    const double raw = static_cast<double>(lines_) * 120;
    print_row("bytes stored per raw byte", directory_bytes(data_ + "/events") / raw, "B/B",
              1.0 / 12, "access log, one unique id of 12 digits a line");
    ServerProcess server(binary_, data_);
    print_row("start to ready", server.start_seconds() * 1e3, "ms", 0);
    search(server);
    tails(server);
  }

 private:
  void ingest(ServerProcess& server) {
    HttpConnection connection(server.http_port());
    call(connection, "CreateLogGroup", {{"logGroupName", kGroup}});
    for (unsigned i = 0; i < kConnections; ++i) {
      call(connection, "CreateLogStream",
           {{"logGroupName", kGroup}, {"logStreamName", "s" + std::to_string(i)}});
    }
    // A day of lines, in the order of their times, ending now.
    const std::int64_t now_ms = wall_ms();
    const std::size_t requests = lines_ / kLinesPerRequest;
    lines_ = requests * kLinesPerRequest;
    begin_ms_ = now_ms - 86'400'000;
    std::atomic<std::size_t> next{0};
    std::atomic<std::uint64_t> refused{0};
    const auto step_ms = static_cast<std::int64_t>(86'000'000 / requests);
    const double cpu_before = server.cpu_seconds();
    const auto work = [&](unsigned number) {
      HttpConnection own(server.http_port());
      for (std::size_t i = next++; i < requests; i = next++) {
        const std::string body =
            put_body(i * kLinesPerRequest, kLinesPerRequest, "s" + std::to_string(number),
                     begin_ms_ + static_cast<std::int64_t>(i) * step_ms);
        // A client waits when it is told to.
        while (own.send("POST", "/", headers_of("PutLogEvents"), body).status != 200) {
          ++refused;
          std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
      }
    };
    const double seconds = seconds_of([&] {
      std::vector<std::thread> threads;
      for (unsigned i = 0; i < kConnections; ++i) threads.emplace_back(work, i);
      for (std::thread& thread : threads) thread.join();
    });
    const double cpu = server.cpu_seconds() - cpu_before;
    const auto lines = static_cast<double>(lines_);
    print_row("PutLogEvents of 7,000 lines, durable", lines / cpu, "events/CPU-s", 300'000,
              std::to_string(refused.load()) + " refused");
    print_row("PutLogEvents of 7,000 lines, wall", lines / seconds, "events/s", 0,
              "the load generator is on the same machine");
    print_row("resident, after load", server.resident_mib(), "MiB", 0);
  }

  void single_events(ServerProcess& server) {
    constexpr std::size_t kCalls = 20'000;
    constexpr unsigned kClients = 64;
    std::atomic<std::size_t> next{0};
    const double cpu_before = server.cpu_seconds();
    const double seconds = seconds_of([&] {
      std::vector<std::thread> threads;
      for (unsigned i = 0; i < kClients; ++i) {
        threads.emplace_back([&] {
          HttpConnection own(server.http_port());
          for (std::size_t n = next++; n < kCalls; n = next++) {
            own.send("POST", "/", headers_of("PutLogEvents"),
                     put_body(lines_ + n, 1, "s0", begin_ms_ + 86'300'000));
          }
        });
      }
      for (std::thread& thread : threads) thread.join();
    });
    print_row("PutLogEvents of one event, durable", static_cast<double>(kCalls) / seconds,
              "calls/s", 20'000, "64 connections");
    print_row("PutLogEvents of one event", (server.cpu_seconds() - cpu_before) / kCalls * 1e6,
              "CPU-us/call", 0);
  }

  /// Until merges are through.
  static void wait_until_idle(const ServerProcess& server) {
    for (int quiet = 0; quiet < 5;) {
      const double before = server.cpu_seconds();
      std::this_thread::sleep_for(std::chrono::seconds(1));
      quiet = server.cpu_seconds() - before < 0.05 ? quiet + 1 : 0;
    }
  }

  std::string insights_body(const std::string& query) const {
    return json{{"logGroupName", kGroup},
                {"queryString", query},
                {"startTime", begin_ms_ / 1000 - 60},
                {"endTime", begin_ms_ / 1000 + 90'000}}
        .dump();
  }

  json run_insights(HttpConnection& connection, const std::string& query) const {
    const json started = call(connection, "StartQuery", json::parse(insights_body(query)));
    for (;;) {
      json answer = call(connection, "GetQueryResults", started);
      if (answer["status"] != "Running" && answer["status"] != "Scheduled") return answer;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  void search(ServerProcess& server) {
    HttpConnection connection(server.http_port());
    const std::string needle = id_of(lines_ / 3);
    std::size_t found = 0;
    const auto filter = [&](const std::string& pattern) {
      found = 0;
      json input = {{"logGroupName", kGroup}, {"filterPattern", pattern}};
      for (;;) {
        const json page = call(connection, "FilterLogEvents", input);
        found += page["events"].size();
        if (!page.contains("nextToken")) return;
        input["nextToken"] = page["nextToken"];
      }
    };
    const std::string lines = std::to_string(lines_ / 1'000'000) + " M lines, ";
    const double first = seconds_of([&] { filter(needle); }) * 1e3;
    print_row("needle, a whole word, first time", first, "ms", 0,
              lines + std::to_string(found) + " found");
    print_row("needle, a whole word, best of 5", best_ms(5, [&] { filter(needle); }), "ms", 100);
    print_row("needle, part of a word, best of 3",
              best_ms(3, [&] { filter('"' + needle.substr(2, 9) + '"'); }), "ms", 0,
              std::to_string(found) + " found");
    json answer;
    const auto ask = [&](const std::string& query) {
      return best_ms(5, [&] { answer = run_insights(connection, query); });
    };
    const double like = ask("filter @message like /req=" + needle + " /");
    print_row("Insights like /req=… /, best of 5", like, "ms", 100,
              std::to_string(answer["results"].size()) + " found");
    const double bins = ask("filter @message like /search.* 500 OK/ | stats count(*) by bin(5m)");
    print_row(
        "Insights regex + stats by bin(5m), best of 5", bins, "ms", 1000,
        lines + std::to_string(answer["statistics"]["recordsMatched"].get<double>()) + " matched");
    const double counts = ask("stats count(*) by bin(5m)");
    print_row("Insights stats by bin(5m), best of 5", counts, "ms", 0);
  }

  /// Sockets that read what a live tail sends, and count its bytes.
  void tails(ServerProcess& server) {
    constexpr std::size_t kTails = 1'000;
    constexpr double kLinesPerSecond = 50'000;
    constexpr int kSeconds = 10;
    const std::string body = json{{"logGroupIdentifiers", {kGroup}}}.dump();
    const std::string request =
        "POST / HTTP/1.1\r\nHost: localhost\r\n" + headers_of("StartLiveTail") +
        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    std::vector<pollfd> sockets;
    for (std::size_t i = 0; i < kTails; ++i) {
      const int socket_ = socket(AF_INET, SOCK_STREAM, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(server.http_port())));
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
          write(socket_, request.data(), request.size()) != static_cast<ssize_t>(request.size())) {
        std::perror("tail");
        std::exit(1);
      }
      sockets.push_back({socket_, POLLIN, 0});
    }
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> received{0};
    std::thread reader([&] {
      std::vector<char> piece(1 << 20);
      while (!stop) {
        poll(sockets.data(), sockets.size(), 100);
        for (const pollfd& each : sockets) {
          if ((each.revents & POLLIN) == 0) continue;
          const ssize_t got = read(each.fd, piece.data(), piece.size());
          if (got > 0) received += static_cast<std::uint64_t>(got);
        }
      }
    });
    std::this_thread::sleep_for(std::chrono::seconds(2));
    HttpConnection writer(server.http_port());
    const double cpu_before = server.cpu_seconds();
    const std::int64_t begin_ns = monotonic_ns();
    std::size_t sent = 0;
    for (int step = 0; step < kSeconds * 10; ++step) {
      const auto due = std::chrono::nanoseconds(begin_ns + step * 100'000'000LL - monotonic_ns());
      if (due.count() > 0) std::this_thread::sleep_for(due);
      const auto lines = static_cast<std::size_t>(kLinesPerSecond / 10);
      writer.send("POST", "/", headers_of("PutLogEvents"),
                  put_body(sent, lines, "s0", begin_ms_ + 86'300'000));
      sent += lines;
    }
    const double seconds = static_cast<double>(monotonic_ns() - begin_ns) / 1e9;
    const double cpu = server.cpu_seconds() - cpu_before;
    std::this_thread::sleep_for(std::chrono::seconds(2));
    stop = true;
    reader.join();
    for (const pollfd& each : sockets) close(each.fd);
    print_row("1,000 tails at 50,000 events/s, CPU", cpu / seconds, "cores", 1.0,
              std::to_string(static_cast<double>(sent) / seconds) + " events/s taken");
    print_row("1,000 tails, sent to them", static_cast<double>(received.load()) / seconds / 1e6,
              "MB/s", 0);
  }

  std::string binary_, data_;
  std::size_t lines_;
  std::int64_t begin_ms_ = 0;
};

}  // namespace
}  // namespace tracery::bench

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: logs-bench BINARY SCRATCH [million lines]\n");
    return 2;
  }
  const std::size_t millions = argc > 3 ? static_cast<std::size_t>(std::atoll(argv[3])) : 20;
  const std::string data = std::string(argv[2]) + "/logs";
  using tracery::bench::LogsBench;
  LogsBench(argv[1], data, millions * 1'000'000).run();
  LogsBench::store_lines(argv[1], data + "-json", "JSON logs", millions * 50'000,
                         tracery::bench::json_line_of);
  if (argc > 4) {
    const auto lines = tracery::bench::lines_of_file(argv[4]);
    LogsBench::store_lines(argv[1], data + "-file", "of the file", lines.size(),
                           [&](std::size_t i) { return lines[i]; });
  }
  return 0;
}
