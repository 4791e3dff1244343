// SPDX-License-Identifier: Apache-2.0
// Sends Cruddur's traffic to a backend and prints, as JSON, what telemetry has to know about it.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <getopt.h>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <curl/curl.h>

#include "client.h"
#include "plan.h"
#include "truth.h"

namespace cruddur {
namespace {

constexpr const char* kUsage =
    "Usage: cruddur-load --target URL [--scenario golden|traffic] [--list]\n"
    "                    [--requests N] [--rate PER_SECOND] [--seed N] [--connections N]\n"
    "golden is the acceptance scenario, one request after another; --requests, --rate, --seed and\n"
    "--connections are for traffic, whose latencies count from when a request was due.\n"
    "Exits 1 when a request got no answer.\n";

struct Options {
  std::string target;
  bool is_golden = true;
  bool lists_requests = false;
  TrafficSettings traffic;
  unsigned connections = 8;
};

[[noreturn]] void exit_for_wrong_use(const std::string& what) {
  std::fprintf(stderr, "cruddur-load: %s\n%s", what.c_str(), kUsage);
  std::exit(2);
}

double positive(const char* name, const char* text) {
  char* end = nullptr;
  const double number = std::strtod(text, &end);
  if (end == text || *end != '\0' || !(number > 0)) {
    exit_for_wrong_use(std::string("--") + name + " wants a number above 0, not " + text);
  }
  return number;
}

Options read_options(int argc, char** argv) {
  constexpr option kOptions[] = {{"target", required_argument, nullptr, 't'},
                                 {"scenario", required_argument, nullptr, 's'},
                                 {"requests", required_argument, nullptr, 'n'},
                                 {"rate", required_argument, nullptr, 'r'},
                                 {"seed", required_argument, nullptr, 'e'},
                                 {"connections", required_argument, nullptr, 'c'},
                                 {"list", no_argument, nullptr, 'l'},
                                 {nullptr, 0, nullptr, 0}};
  Options options;
  for (int found; (found = getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
    switch (found) {
      case 't': options.target = optarg; break;
      case 's':
        options.is_golden = std::string_view(optarg) == "golden";
        if (!options.is_golden && std::string_view(optarg) != "traffic") {
          exit_for_wrong_use(std::string("no scenario ") + optarg);
        }
        break;
      case 'n':
        options.traffic.requests = static_cast<std::size_t>(positive("requests", optarg));
        break;
      case 'r': options.traffic.requests_per_second = positive("rate", optarg); break;
      case 'e': options.traffic.seed = static_cast<std::uint64_t>(positive("seed", optarg)); break;
      case 'c': options.connections = static_cast<unsigned>(positive("connections", optarg)); break;
      case 'l': options.lists_requests = true; break;
      default: exit_for_wrong_use("wrong use");
    }
  }
  if (options.target.empty()) exit_for_wrong_use("--target is missing");
  if (options.is_golden) options.connections = 1;
  return options;
}

/// Sends the plan over so many connections, each request at its time or as soon after as one of
/// the connections is free.
Truth run(const std::vector<PlannedRequest>& plan, const Options& options) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  Truth truth;
  std::mutex mutex;  // Guards truth.
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    Client client(options.target);
    for (std::size_t i; (i = next++) < plan.size();) {
      const auto due = std::chrono::duration<double>(plan[i].due_s);
      const auto due_at = start + std::chrono::duration_cast<Clock::duration>(due);
      std::this_thread::sleep_until(due_at);
      const auto counted_from = options.is_golden ? Clock::now() : due_at;
      const Answer answer = client.send(plan[i]);
      const std::chrono::duration<double, std::milli> latency = Clock::now() - counted_from;
      const std::lock_guard lock(mutex);
      truth.add(plan[i], answer, latency.count());
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < options.connections; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  return truth;
}

}  // namespace
}  // namespace cruddur

int main(int argc, char** argv) {
  const cruddur::Options options = cruddur::read_options(argc, argv);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const auto plan =
      options.is_golden ? cruddur::golden_plan() : cruddur::traffic_plan(options.traffic);
  const cruddur::Truth truth = cruddur::run(plan, options);
  std::puts(truth.to_json(options.lists_requests).c_str());
  curl_global_cleanup();
  return truth.unanswered() == 0 ? 0 : 1;
}
