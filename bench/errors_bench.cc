// SPDX-License-Identifier: Apache-2.0
// Measures the errors inbox of a running server end to end and prints figures: items of Rollbar's
// SDKs to durable, counted and queryable, and the inbox over many of them.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http_load.h"
#include "server_process.h"

namespace tracery::bench {
namespace {

constexpr unsigned kConnections = 16;
constexpr std::size_t kInboxItems = 100'000;
constexpr const char* kInboxPath = "/ui/api/v1/errors?status=active&limit=100";

void print_row(const std::string& name, double figure, const char* unit, double goal,
               const std::string& note = {}) {
  std::printf("%-44s %14.4g %-22s", name.c_str(), figure, unit);
  if (goal > 0) std::printf(" goal %-10.4g ratio %.2f", goal, figure / goal);
  std::printf("  %s\n", note.c_str());
  std::fflush(stdout);
}

/// A report of about so many bytes, shaped like those of a web framework: frames with code and, to
/// fill it up, locals. `kind` tells errors apart, `number` occurrences.
std::string make_report(std::size_t kind, std::size_t number, std::size_t bytes) {
  std::string frames;
  std::size_t frame = 0;
  const std::size_t frames_bytes = bytes > 700 ? bytes - 700 : 0;
  while (frames.size() < frames_bytes) {
    const std::string n = std::to_string(frame++);
    frames += (frames.empty() ? "" : ",") + std::string(R"({"filename":"/srv/app/module_)") + n +
              R"(.py","lineno":)" + std::to_string(10 + number % 90) + R"(,"method":"call_)" + n +
              R"(","code":"result = handle(request, claims, )" + n + R"()",
        "locals" : {
      "request" : "<Request 'http://shop/api/carts/)" + std::to_string(number) +
                  R"(' [GET]>","user":"user-)" + std::to_string(number % 977) + R"("}})";
    }
    char uuid[40];
    std::snprintf(uuid, sizeof uuid, "%08zx-0000-4000-8000-%012zx", kind, number);
    return R"({"access_token":"bench","data":{"environment":"production","level":"error",)"
           R"("language":"python 3.11.2","framework":"flask","context":"/api/carts/<id>",)"
           R"("uuid":")" +
           std::string(uuid) +
           R"(","notifier":{"name":"pyrollbar","version":"1.5.0"},)"
           R"("request":{"url":"http://shop/api/carts/)" +
           std::to_string(number) +
           R"(","method":"GET","user_ip":"10.1.2.3","headers":{"User-Agent":"bench"}},)"
           R"("person":{"id":"user-)" +
           std::to_string(number % 977) +
           R"("},"server":{"host":"web-1","root":"/srv","pid":7},"body":{"trace":{"frames":[)" +
           frames + R"(],"exception":{"class":"Error)" + std::to_string(kind) +
           R"(","message":"cart )" + std::to_string(number) + R"( is gone"}}}}})";
  }

  class Bench {
   public:
    Bench(std::string binary, std::string data)
        : binary_(std::move(binary)), data_(std::move(data)) {}

    void run() {
      {
        const ServerProcess server(binary_, data_);
        send(server, "items of 3 KiB", 3 * 1024, 40'000, 6'000, false);
        send(server, "items of 50 KiB", 50 * 1024, 4'000, 750, false);
        send(server, "items of 3 KiB, a connection each", 3 * 1024, 20'000, 2'000, true);
        print_row("resident, after load", server.resident_mib(), "MiB", 0);
      }
      std::filesystem::remove_all(data_);
      inbox();
      std::filesystem::remove_all(data_);
    }

   private:
    /// Items of fifty errors at full speed.
    void send(const ServerProcess& server, const std::string& name, std::size_t bytes,
              std::size_t count, double goal, bool is_new_connection) {
      constexpr std::size_t kErrors = 50;
      std::vector<std::string> bodies;
      for (std::size_t i = 0; i < count; ++i) {
        bodies.push_back(make_report(i % kErrors, next_number_++, bytes));
      }
      std::atomic<std::size_t> next{0};
      Target target{.port = server.http_port(), .path = "/api/1/item/"};
      target.is_new_connection = is_new_connection;
      const double cpu_before = server.cpu_seconds();
      const LoadResult load = post_all(target, kConnections, 0, [&]() -> std::string {
        const std::size_t index = next++;
        return index < bodies.size() ? bodies[index] : std::string();
      });
      const double cpu = server.cpu_seconds() - cpu_before;
      const auto items = static_cast<double>(count);
      print_row(name + ", per CPU-s", items / cpu, "items/CPU-s", goal,
                std::to_string(bodies[0].size()) + " B, " + std::to_string(load.refused) +
                    " refused, ack p99 " + std::to_string(load.latency_ms(0.99)) + " ms");
      print_row(name + ", wall", items / load.seconds, "items/s", 0);
    }

    void inbox() {
      {
        ServerProcess server(binary_, data_);
        std::atomic<std::size_t> next{0};
        const Target target{.port = server.http_port(), .path = "/api/1/item/"};
        const double cpu_before = server.cpu_seconds();
        post_all(target, kConnections, 0, [&]() -> std::string {
          const std::size_t number = next++;
          return number < kInboxItems ? make_report(number, number, 0) : std::string();
        });
        print_row("a new item with each report, per CPU-s",
                  static_cast<double>(kInboxItems) / (server.cpu_seconds() - cpu_before),
                  "items/CPU-s", 0);
        page(server, "inbox page, 100,000 items", kInboxPath);
        page(server, "inbox page, searched", std::string(kInboxPath) + "&q=cart%2099");
        page(server, "inbox page, by count, page 500",
             std::string(kInboxPath) + "&sort=count&before=50000");
        print_row("resident, 100,000 items", server.resident_mib(), "MiB", 0);
        server.stop();
      }
      const ServerProcess again(binary_, data_);
      print_row("start with 100,000 items", again.start_seconds() * 1e3, "ms", 0);
    }

    /// The median of some requests after one that fills caches.
    static void page(const ServerProcess& server, const std::string& name,
                     const std::string& path) {
      constexpr std::size_t kRuns = 21;
      HttpConnection connection(server.http_port());
      connection.send("GET", path, "", "");
      std::vector<double> times;
      for (std::size_t i = 0; i < kRuns; ++i) {
        const std::int64_t begin_ns = monotonic_ns();
        const auto answer = connection.send("GET", path, "", "");
        times.push_back(static_cast<double>(monotonic_ns() - begin_ns) / 1e6);
        if (answer.status != 200) std::printf("%s: status %d\n", name.c_str(), answer.status);
      }
      std::sort(times.begin(), times.end());
      print_row(name + ", median", times[kRuns / 2], "ms", 50);
    }

    std::string binary_;
    std::string data_;
    std::size_t next_number_ = 0;
  };

}  // namespace
}  // namespace tracery::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: errors-bench TRACERY SCRATCH_DIRECTORY\n");
    return 2;
  }
  tracery::bench::Bench(argv[1], std::string(argv[2]) + "/errors").run();
  return 0;
}
