// SPDX-License-Identifier: Apache-2.0
//
// Measures Logs Insights queries over a store on disk: access log lines of about 120 bytes, with
// what ingest makes of them. One JSON line per figure; the best of several runs.
//
//   insights-bench DIRECTORY [million lines [store memory in MiB [part of a figure's name]]]
//
// The directory is filled when it has no store yet, and kept.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <future>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/time.h"
#include "model/names.h"
#include "protocols/cwlogs/insights_compiler.h"
#include "protocols/cwlogs/names.h"
#include "store/event_store.h"

namespace tracery::bench {
namespace {

constexpr std::int64_t kStartNs = 1'700'006'400'000'000'000;
constexpr std::int64_t kStepNs = 2'000'000;
constexpr std::size_t kLinesPerRequest = 10'000;

template <typename T>
T must(Result<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "insights-bench: %s\n", result.error().message.c_str());
  std::exit(1);
}

class LineWriter {
 public:
  void write(model::EventSink& sink, std::size_t first) {
    const model::DatasetId group = sink.dataset("access");
    const model::FieldId body = sink.field(model::names::kBody);
    const model::FieldId stream = sink.field(cwlogs::names::kLogStream);
    const model::FieldId sequence = sink.field(cwlogs::names::kSequence);
    const model::FieldId status = sink.field("status");
    for (std::size_t i = first; i < first + kLinesPerRequest; ++i) {
      const auto at = static_cast<std::int64_t>(i);
      const int code = codes_[random_() % 16];
      sink.begin_event(group, kStartNs + at * kStepNs);
      sink.put(body, line(i, code));
      sink.put(stream, std::string_view(i % 4 == 0 ? "web-1" : "web-2"));
      sink.put(sequence, kStartNs + at);
      sink.put(status, std::int64_t{code});
      sink.end_event();
    }
  }

 private:
  std::string line(std::size_t i, int code) {
    const auto random = [this] { return static_cast<unsigned>(random_()); };
    char text[256];
    std::snprintf(text, sizeof text,
                  "10.%u.%u.%u - - [15/Nov/2023:%02zu:%02zu:%02zu +0000] \"GET /api/v1/users/%u "
                  "HTTP/1.1\" %d %u request=%016llx %s",
                  random() % 4, random() % 256, random() % 256, i / 1'800'000 % 24, i / 30'000 % 60,
                  i / 500 % 60, random() % 100'000, code, random() % 50'000,
                  static_cast<unsigned long long>(i * 0x9e3779b97f4a7c15ULL),
                  code == 500 ? "ERROR upstream timed out" : "INFO served");
    return text;
  }

  std::mt19937 random_{7};
  const int codes_[16] = {200, 200, 200, 200, 200, 200, 200, 200,
                          200, 200, 304, 304, 404, 404, 301, 500};
};

/// One request; false when the store has no room for it now.
bool append(store::EventStore& store, LineWriter& writer, std::size_t first) {
  auto batch = store.take_batch(0);
  writer.write(*batch, first);
  std::promise<bool> stored;
  store.append({}, std::move(batch), [&](Status done) { stored.set_value(done.ok()); });
  return stored.get_future().get();
}

void fill(store::EventStore& store, std::size_t lines) {
  LineWriter writer;
  for (std::size_t at = 0; at < lines;) {
    if (append(store, writer, at)) {
      at += kLinesPerRequest;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  if (!store.seal().ok() || !store.merge().ok()) std::exit(1);
}

double cpu_ms() { return static_cast<double>(std::clock()) * 1e3 / CLOCKS_PER_SEC; }

/// Only figures with this in their name.
std::string wanted;

void measure(const store::Snapshot& snapshot, const char* figure, const char* text) {
  if (std::string_view(figure).find(wanted) == std::string_view::npos) return;
  cwlogs::InsightsContext context;
  context.groups = {"access"};
  context.from_ns = kStartNs;
  context.to_ns = std::numeric_limits<std::int64_t>::max();
  const auto query = must(cwlogs::parse_insights(text, nullptr));
  const auto compiled = must(cwlogs::compile_insights(query, context, nullptr));
  double best = std::numeric_limits<double>::infinity();
  double cpu = best;
  double first = 0;
  query::RowStats stats;
  std::size_t rows = 0;
  for (int run = 0; run < 4; ++run) {
    stats = {};
    const std::int64_t start = monotonic_ns();
    const double cpu_start = cpu_ms();
    rows = must(query::run(snapshot, compiled.query, {}, &stats)).rows;
    const double ms = static_cast<double>(monotonic_ns() - start) / 1e6;
    if (run == 0) first = ms;
    best = std::min(best, ms);
    cpu = std::min(cpu, cpu_ms() - cpu_start);
  }
  std::printf(
      "{\"figure\":\"%s\",\"value\":%.4g,\"unit\":\"ms\",\"cpu_ms\":%.4g,\"first\":%.4g,\"rows\":%"
      "zu,"
      "\"matched\":%llu,\"scanned\":%llu,\"row_groups\":%llu}\n",
      figure, best, cpu, first, rows, static_cast<unsigned long long>(stats.scan.rows_matched),
      static_cast<unsigned long long>(stats.rows_in_scope),
      static_cast<unsigned long long>(stats.scan.groups_scanned));
  std::fflush(stdout);
}

int run(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "insights-bench DIRECTORY [millions [MiB]]\n"), 2;
  const double millions = argc > 2 ? std::atof(argv[2]) : 20;
  const std::size_t lines = static_cast<std::size_t>(millions * 1e6);
  if (argc > 4) wanted = argv[4];
  store::StoreOptions options;
  options.directory = argv[1];
  options.durability = store::Durability::kNone;
  options.memory_bytes = static_cast<std::size_t>(argc > 3 ? std::atoi(argv[3]) : 512) << 20;
  options.retention_ns = std::int64_t{100} * 366 * kNsPerDay;
  const SystemClock clock;
  const auto store = must(store::EventStore::open(
      options, clock, [](const store::LogRecord&) -> Result<std::unique_ptr<store::EventBatch>> {
        return Error{ErrorCode::kInternal, "the log was not sealed"};
      }));
  if (store->stats().part_rows == 0) fill(*store, lines);
  const auto snapshot = store->snapshot();
  std::printf("{\"figure\":\"lines stored\",\"value\":%llu,\"unit\":\"lines\",\"bytes\":%llu}\n",
              static_cast<unsigned long long>(store->stats().part_rows),
              static_cast<unsigned long long>(store->stats().part_bytes));
  measure(*snapshot, "newest 20", "limit 20");
  measure(*snapshot, "count by bin", "stats count(*) by bin(5m)");
  measure(*snapshot, "count by field and bin", "stats count(*) by status, bin(5m)");
  measure(*snapshot, "field filter", "filter status >= 500 | stats count(*) by bin(5m)");
  measure(*snapshot, "regex and count by bin",
          "filter @message like /ERROR upstream \\w+ out/ | stats count(*) by bin(5m)");
  measure(*snapshot, "regex without a literal",
          "filter @message like /\" [45]\\d\\d / | stats count(*) by bin(5m)");
  measure(*snapshot, "needle with words around it",
          "filter @message like / request=9e3779b97f4a7c15 /");
  measure(*snapshot, "needle alone", "filter @message like /9e3779b97f4a7c15/");
  measure(*snapshot, "parse and aggregate",
          "parse @message '\" * * request' as code, bytes | stats avg(bytes) by code");
  measure(*snapshot, "pattern", "pattern @message");
  return 0;
}

}  // namespace
}  // namespace tracery::bench

int main(int argc, char** argv) { return tracery::bench::run(argc, argv); }
