// SPDX-License-Identifier: Apache-2.0
// Measures a running server end to end and prints figures: nothing here passes or fails.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/compression.h"
#include "base/hex.h"
#include "base/time.h"
#include "grpc_load.h"
#include "http_load.h"
#include "server_process.h"
#include "span_corpus.h"

namespace tracery::bench {
namespace {

struct Options {
  std::string binary;
  std::string corpus_file;
  std::string data;
  std::uint32_t passes = 4;  ///< How often the corpus is sent for the query rows.
};

constexpr std::size_t kSpansPerRequest = 512;
constexpr unsigned kConnections = 16;

void print_row(const std::string& name, double figure, const char* unit, double goal,
               const std::string& note = {}) {
  std::printf("%-44s %14.4g %-22s", name.c_str(), figure, unit);
  if (goal > 0) std::printf(" goal %-10.4g ratio %.2f", goal, figure / goal);
  std::printf("  %s\n", note.c_str());
  std::fflush(stdout);
}

/// Hands out the requests of some passes over the corpus, each once.
class RequestDeck {
 public:
  RequestDeck(const OtlpWriter& writer, const SpanCorpus& corpus, std::uint32_t first_pass,
              std::uint32_t passes, std::int64_t shift_ns, std::size_t requests_max = SIZE_MAX)
      : writer_(writer),
        per_pass_((corpus.spans.size() + kSpansPerRequest - 1) / kSpansPerRequest),
        requests_(std::min(per_pass_ * passes, requests_max)),
        first_pass_(first_pass),
        shift_ns_(shift_ns) {}

  std::string next() {
    const std::size_t number = next_++;
    if (number >= requests_) return {};
    const auto pass = first_pass_ + static_cast<std::uint32_t>(number / per_pass_);
    return writer_.write(number % per_pass_ * kSpansPerRequest, kSpansPerRequest, pass, shift_ns_);
  }

 private:
  const OtlpWriter& writer_;
  std::size_t per_pass_;
  std::size_t requests_;
  std::uint32_t first_pass_;
  std::int64_t shift_ns_;
  std::atomic<std::size_t> next_{0};
};

/// Threads that want the processor all the time.
class BusyThreads {
 public:
  explicit BusyThreads(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      threads_.emplace_back([](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
        }
      });
    }
  }

 private:
  std::vector<std::jthread> threads_;
};

class Bench {
 public:
  explicit Bench(Options options)
      : options_(std::move(options)), corpus_(load()), writer_(corpus_) {
    SystemClock clock;
    shift_ns_ = clock.now_ns() - corpus_.last_end_ns - 60 * kNsPerSecond;
  }

  void run() {
    std::filesystem::remove_all(options_.data);
    start_up();
    ingest();
    start_after_kill();
    other_ingest();
    queries();
    trace_by_id();
    cold();
    std::filesystem::remove_all(options_.data);
  }

 private:
  SpanCorpus load() const {
    auto corpus = read_corpus(options_.corpus_file);
    if (corpus.ok()) return *std::move(corpus);
    std::printf("no corpus (%s): made-up spans are sent instead\n", corpus.error().message.c_str());
    return make_corpus(400'000);
  }

  void start_up() {
    const ServerProcess server(options_.binary, options_.data);
    print_row("start-up, empty", server.start_seconds() * 1e3, "ms", 300);
    print_row("resident, idle", server.resident_mib(), "MiB", 40);
  }

  /// Bodies made beforehand, so that making them costs the server nothing.
  std::vector<std::string> prepare(std::uint32_t pass, bool is_gzip,
                                   std::size_t requests_max = SIZE_MAX) {
    RequestDeck deck(writer_, corpus_, pass, 1, shift_ns_, requests_max);
    std::vector<std::string> bodies;
    for (std::string body = deck.next(); !body.empty(); body = deck.next()) {
      bodies.push_back(is_gzip ? compress_gzip(body, 6) : std::move(body));
    }
    return bodies;
  }

  /// Gives each body once.
  static std::function<std::string()> deal(const std::vector<std::string>& bodies) {
    return [&bodies, next = std::make_shared<std::atomic<std::size_t>>(0)]() -> std::string {
      const std::size_t index = (*next)++;
      return index < bodies.size() ? bodies[index] : std::string();
    };
  }

  static LoadResult post_prepared(const ServerProcess& server,
                                  const std::vector<std::string>& bodies, bool is_gzip,
                                  double requests_per_second) {
    return post_all({.port = server.http_port(), .is_gzip = is_gzip}, kConnections,
                    requests_per_second, deal(bodies));
  }

  /// Sends one pass at full speed.
  void send_prepared(ServerProcess& server, const std::string& name, bool is_gzip,
                     std::uint32_t pass, double goal) {
    const auto bodies = prepare(pass, is_gzip);
    std::uint64_t sent_bytes = 0;
    for (const std::string& body : bodies) sent_bytes += body.size();
    const double cpu_before = server.cpu_seconds();
    const LoadResult load = post_prepared(server, bodies, is_gzip, 0);
    const double cpu = server.cpu_seconds() - cpu_before;
    const auto spans = static_cast<double>(corpus_.spans.size());
    const std::string note = std::to_string(sent_bytes / corpus_.spans.size()) +
                             " B/span on the wire, " + std::to_string(load.refused) + " refused";
    print_row(name + " to durable, per CPU-s", spans / cpu, "spans/CPU-s", goal, note);
    print_row(name + " to durable, wall", spans / load.seconds, "spans/s", 0);
    rate_ = spans / load.seconds / kSpansPerRequest;
  }

  void ingest() {
    ServerProcess server(options_.binary, options_.data);
    send_prepared(server, "OTLP identity", false, 0, 250'000);
    send_prepared(server, "OTLP gzip", true, 1, 200'000);
    const double half_rate = rate_ / 2;
    // Ten seconds, so that seals of the head block fall into it.
    const auto bodies = prepare(2, false, static_cast<std::size_t>(half_rate * 10));
    const LoadResult half = post_prepared(server, bodies, false, half_rate);
    print_row("ack at half load, p50", half.latency_ms(0.5), "ms", 0);
    print_row("ack at half load, p99", half.latency_ms(0.99), "ms", 20);
    for (std::uint32_t pass = 3; pass < options_.passes; ++pass) {
      RequestDeck more(writer_, corpus_, pass, 1, shift_ns_);
      post_all({.port = server.http_port()}, kConnections, 0, [&] { return more.next(); });
    }
    print_row("resident, after load", server.resident_mib(), "MiB", 250);
    server.stop();
    const ServerProcess again(options_.binary, options_.data);
    const auto status = get_json(again, "/ui/api/v1/status");
    rows_ = status["events"].get<double>();
    const double bytes = directory_bytes(options_.data + "/events");
    print_row("clean start to ready", again.start_seconds() * 1e3, "ms", 300,
              std::to_string(static_cast<std::uint64_t>(rows_)) + " rows");
    print_row("bytes on disk per span, at the stop", bytes / rows_, "B/span", 0);
    wait_for_merges(again);
    print_row("bytes on disk per span, merged", directory_bytes(options_.data + "/events") / rows_,
              "B/span", 34);
  }

  /// Rows of their own store, so that the query rows count what they always did.
  void other_ingest() {
    const std::string data = options_.data + "-other";
    const auto spans = static_cast<double>(corpus_.spans.size());
    ServerProcess server(options_.binary, data, ServerProcess::Grpc::kOn);
    const auto measure = [&](const std::string& name, double count, const char* unit,
                             const std::function<LoadResult()>& load) {
      const double cpu_before = server.cpu_seconds();
      const LoadResult result = load();
      print_row(name + " to durable, per CPU-s", count / (server.cpu_seconds() - cpu_before), unit,
                0, std::to_string(result.refused) + " refused");
    };
    {
      const auto bodies = prepare(1, false);
      measure("OTLP/gRPC", spans, "spans/CPU-s",
              [&] { return export_traces(server.grpc_port(), kConnections, deal(bodies)); });
    }
    std::vector<std::string> logs;
    for (std::size_t first = 0; first < corpus_.spans.size(); first += kSpansPerRequest) {
      logs.push_back(writer_.write_logs(first, kSpansPerRequest, 0, shift_ns_));
    }
    measure("OTLP logs", spans, "logs/CPU-s", [&] {
      return post_all({.port = server.http_port(), .path = "/v1/logs"}, kConnections, 0,
                      deal(logs));
    });
    constexpr double kRate = 10'000.0 / kSpansPerRequest;
    const auto bodies = prepare(2, false, static_cast<std::size_t>(kRate * 20));
    const double cpu_before = server.cpu_seconds();
    const LoadResult slow = post_prepared(server, bodies, false, kRate);
    print_row("CPU at 10,000 spans/s", (server.cpu_seconds() - cpu_before) / slow.seconds, "cores",
              0.08, "over 20 s");
    server.stop();
    std::filesystem::remove_all(data);
  }

  /// Makes the kernel forget the store's files.
  void drop_from_page_cache() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(options_.data)) {
      if (!entry.is_regular_file()) continue;
      const int file = open(entry.path().c_str(), O_RDONLY);
      if (file < 0) continue;
      fsync(file);
      posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
      close(file);
    }
  }

  /// What the first question after a start costs when nothing is in memory.
  void cold() {
    const auto first_answer_ms = [&](const std::function<void(HttpConnection&)>& ask) {
      drop_from_page_cache();
      const ServerProcess server(options_.binary, options_.data);
      HttpConnection connection(server.http_port());
      drop_from_page_cache();
      const std::int64_t begin_ns = monotonic_ns();
      ask(connection);
      return static_cast<double>(monotonic_ns() - begin_ns) / 1e6;
    };
    std::vector<double> traces;
    for (std::size_t i = 0; i < 9; ++i) {
      const std::string path = trace_path(corpus_.spans[i * 9973 % corpus_.spans.size()]);
      traces.push_back(first_answer_ms(
          [&](HttpConnection& connection) { connection.send("GET", path, "", ""); }));
    }
    std::sort(traces.begin(), traces.end());
    print_row("trace by id, cold cache, median", traces[traces.size() / 2], "ms", 10);
    const double p99_ms = first_answer_ms([&](HttpConnection& connection) {
      run_query(connection,
                in_range({{"calculations", {{{"op", "P99"}, {"column", "duration_ms"}}}},
                          {"breakdowns", {"name"}}}));
    });
    print_row("P99 duration by name, cold cache", p99_ms, "ms wall", 0);
  }

  static std::string trace_path(const CorpusSpan& span) {
    std::array<std::uint8_t, 16> id{};
    std::copy(span.trace_id.begin(), span.trace_id.end(), id.begin());
    return "/ui/api/v1/trace/" + to_hex(id) + "/cols";
  }

  /// The query over all that was sent.
  nlohmann::json in_range(nlohmann::json query) const {
    query["start_time"] = (corpus_.spans.front().start_ns + shift_ns_) / kNsPerSecond - 60;
    query["end_time"] = (corpus_.last_end_ns + shift_ns_) / kNsPerSecond + 60;
    return query;
  }

  /// Killed with all that it can have to replay, which is what a full-speed pass leaves behind.
  void start_after_kill() {
    const auto bodies = prepare(options_.passes, false);
    const std::string data = options_.data + "-killed";
    for (const unsigned busy_threads : {0U, 4U}) {
      std::filesystem::remove_all(data);
      {
        ServerProcess server(options_.binary, data);
        post_prepared(server, bodies, false, 0);
        server.kill_now();
      }
      const double log_bytes = directory_bytes(data + "/events/log");
      const BusyThreads busy(busy_threads);
      const ServerProcess again(options_.binary, data);
      const auto status = get_json(again, "/ui/api/v1/status");
      print_row(busy_threads == 0 ? "start after kill -9" : "start after kill -9, beside 4 threads",
                again.start_seconds(), "s", 2,
                std::to_string(static_cast<std::uint64_t>(log_bytes / 1e6)) + " MB of log, " +
                    status["events"].dump() + " events");
    }
    std::filesystem::remove_all(data);
  }

  /// Until none has been done for some seconds.
  static void wait_for_merges(const ServerProcess& server) {
    constexpr int kQuietSeconds = 4;
    HttpConnection connection(server.http_port());
    std::string before;
    for (int quiet = 0; quiet < kQuietSeconds; ++quiet) {
      const std::string metrics = connection.send("GET", "/metrics", "", "").body;
      const std::size_t at = metrics.find("\ntracery_merges_total ");
      const std::string merges = metrics.substr(at + 1, metrics.find('\n', at + 1) - at);
      if (merges != before) quiet = 0;
      before = merges;
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }

  static double directory_bytes(const std::string& directory) {
    double bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
      if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
    }
    return bytes;
  }

  static nlohmann::json get_json(const ServerProcess& server, const std::string& path) {
    HttpConnection connection(server.http_port());
    return nlohmann::json::parse(connection.send("GET", path, "", "").body);
  }

  /// Runs a query to its end.
  static nlohmann::json run_query(HttpConnection& connection, const nlohmann::json& query) {
    // A heatmap lives in the series; the other rows measure the totals.
    const bool is_heatmap = query["calculations"][0]["op"] == "HEATMAP";
    const nlohmann::json body = {{"query", query}, {"disable_series", !is_heatmap}};
    auto answer = nlohmann::json::parse(
        connection.send("POST", "/1/query_results/__all__", "", body.dump()).body);
    const std::string path = "/1/query_results/__all__/" + answer["id"].get<std::string>();
    while (!answer["complete"].get<bool>()) {
      answer = nlohmann::json::parse(connection.send("GET", path, "", "").body);
    }
    return answer;
  }

  /// Rows per CPU-second of a query, warm: the median of some runs after one that fills the cache.
  void measure_query(const ServerProcess& server, const char* name, nlohmann::json query,
                     double goal) {
    query = in_range(std::move(query));
    HttpConnection connection(server.http_port());
    const auto first = run_query(connection, query);
    if (!first.contains("data")) std::printf("%s: %s\n", name, first.dump().c_str());
    constexpr int kRuns = 7;
    std::vector<double> cpu_seconds;
    std::vector<double> wall_seconds;
    for (int i = 0; i < kRuns; ++i) {
      const double cpu_before = server.cpu_seconds();
      const std::int64_t begin_ns = monotonic_ns();
      run_query(connection, query);
      wall_seconds.push_back(static_cast<double>(monotonic_ns() - begin_ns) / 1e9);
      cpu_seconds.push_back(server.cpu_seconds() - cpu_before);
    }
    std::sort(cpu_seconds.begin(), cpu_seconds.end());
    std::sort(wall_seconds.begin(), wall_seconds.end());
    char note[64];
    std::snprintf(note, sizeof note, "%.1f ms wall", wall_seconds[kRuns / 2] * 1e3);
    print_row(name, rows_ / cpu_seconds[kRuns / 2], "rows/CPU-s", goal, note);
  }

  void queries() {
    const ServerProcess server(options_.binary, options_.data);
    using nlohmann::json;
    const json p99 = {{"op", "P99"}, {"column", "duration_ms"}};
    const json count = {{"op", "COUNT"}};
    measure_query(server, "count by service",
                  {{"calculations", {count}}, {"breakdowns", {"service.name"}}}, 500e6);
    measure_query(server, "count by name", {{"calculations", {count}}, {"breakdowns", {"name"}}},
                  500e6);
    measure_query(server, "P99 duration by name",
                  {{"calculations", {p99}}, {"breakdowns", {"name"}}}, 120e6);
    measure_query(server, "P99 duration by app.user_id (5,000 values)",
                  {{"calculations", {p99}}, {"breakdowns", {"app.user_id"}}}, 60e6);
    measure_query(server, "count where app.user_id = a rare value",
                  {{"calculations", {count}},
                   {"filters", {{{"column", "app.user_id"}, {"op", "="}, {"value", "user-4987"}}}}},
                  1e9);
    measure_query(server, "count where an absent value",
                  {{"calculations", {count}},
                   {"filters", {{{"column", "app.user_id"}, {"op", "="}, {"value", "nobody"}}}}},
                  1e9);
    measure_query(server, "heatmap of duration",
                  {{"calculations", {{{"op", "HEATMAP"}, {"column", "duration_ms"}}}}}, 150e6);
    measure_query(server, "count distinct trace ids",
                  {{"calculations", {{{"op", "COUNT_DISTINCT"}, {"column", "trace.trace_id"}}}}},
                  0);
    measure_query(
        server, "substring in db.query.text",
        {{"calculations", {count}},
         {"filters", {{{"column", "db.query.text"}, {"op", "contains"}, {"value", "FROM carts"}}}}},
        0);
    print_row("resident, after queries", server.resident_mib(), "MiB", 0);
  }

  void trace_by_id() {
    std::vector<double> warm;
    std::vector<double> cold;
    {
      const ServerProcess server(options_.binary, options_.data);
      HttpConnection connection(server.http_port());
      for (std::size_t i = 0; i < 40; ++i) {
        const std::string path = trace_path(corpus_.spans[i * 9973 % corpus_.spans.size()]);
        for (auto* times : {&cold, &warm}) {
          const std::int64_t begin_ns = monotonic_ns();
          const auto answer = connection.send("GET", path, "", "");
          times->push_back(static_cast<double>(monotonic_ns() - begin_ns) / 1e6);
          if (answer.status != 200) std::printf("trace: status %d\n", answer.status);
        }
      }
    }
    std::sort(warm.begin(), warm.end());
    std::sort(cold.begin(), cold.end());
    print_row("trace by id, warm, median", warm[warm.size() / 2], "ms", 2);
    print_row("trace by id, first touch, median", cold[cold.size() / 2], "ms", 10);
  }

  Options options_;
  SpanCorpus corpus_;
  OtlpWriter writer_;
  std::int64_t shift_ns_ = 0;
  double rate_ = 0;  ///< Requests per second of the last full-speed pass.
  double rows_ = 0;
};

}  // namespace
}  // namespace tracery::bench

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: %s SERVER_BINARY CORPUS.csv.zst SCRATCH_DIRECTORY [PASSES]\n",
                 argv[0]);
    return 2;
  }
  tracery::bench::Options options;
  options.binary = argv[1];
  options.corpus_file = argv[2];
  options.data = argv[3];
  if (argc > 4) options.passes = static_cast<std::uint32_t>(std::atoi(argv[4]));
  tracery::bench::Bench(std::move(options)).run();
  return 0;
}
