// SPDX-License-Identifier: Apache-2.0
// Measures a running server end to end and prints figures: nothing here passes or fails.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/compression.h"
#include "base/hex.h"
#include "base/time.h"
#include "http_load.h"
#include "server_process.h"
#include "span_corpus.h"
#include "xray_bench.h"

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
    queries();
    trace_by_id();
    measure_xray_queries(options_.binary, options_.data);
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

  static LoadResult post_prepared(const ServerProcess& server,
                                  const std::vector<std::string>& bodies, bool is_gzip,
                                  double requests_per_second) {
    std::atomic<std::size_t> next{0};
    return post_all(server.http_port(), kConnections, is_gzip, requests_per_second,
                    [&]() -> std::string {
                      const std::size_t index = next++;
                      return index < bodies.size() ? bodies[index] : std::string();
                    });
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
      post_all(server.http_port(), kConnections, false, 0, [&] { return more.next(); });
    }
    print_row("resident, after load", server.resident_mib(), "MiB", 250);
    server.stop();
    const ServerProcess again(options_.binary, options_.data);
    const auto status = get_json(again, "/ui/api/v1/status");
    rows_ = status["events"].get<double>();
    const double bytes = directory_bytes(options_.data + "/events");
    print_row("clean start to ready", again.start_seconds() * 1e3, "ms", 300,
              std::to_string(static_cast<std::uint64_t>(rows_)) + " rows");
    print_row("bytes on disk per span, all of it", bytes / rows_, "B/span", 34);
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
    query["start_time"] = (corpus_.spans.front().start_ns + shift_ns_) / kNsPerSecond - 60;
    query["end_time"] = (corpus_.last_end_ns + shift_ns_) / kNsPerSecond + 60;
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
        const CorpusSpan& span = corpus_.spans[i * 9973 % corpus_.spans.size()];
        std::array<std::uint8_t, 16> id{};
        std::copy(span.trace_id.begin(), span.trace_id.end(), id.begin());
        const std::string path = "/ui/api/v1/trace/" + to_hex(id) + "/cols";
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
