// SPDX-License-Identifier: Apache-2.0
//
// Measures parts: what sealing and merging cost in CPU time of one thread, what spans take on disk,
// and how fast columns come back. One JSON line per figure.
//
//   part-bench [capture.csv.zst [spans]]
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/names.h"
#include "protocols/otlp/decoder.h"
#include "span_corpus.h"
#include "store/event_batch.h"
#include "store/head_block.h"
#include "store/part.h"
#include "store/vector_cache.h"

namespace tracery::bench {
namespace {

using store::PartInput;
using store::RowSource;
using Source = std::shared_ptr<const RowSource>;

constexpr std::size_t kSpansPerRequest = 512;

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Least CPU time of five runs.
double best_seconds(const std::function<void()>& work) {
  double best = std::numeric_limits<double>::infinity();
  for (int run = 0; run < 5; ++run) {
    const double start = thread_seconds();
    work();
    best = std::min(best, thread_seconds() - start);
  }
  return best;
}

void print(const char* figure, double value, const char* unit) {
  std::printf("{\"figure\":\"%s\",\"value\":%.4g,\"unit\":\"%s\"}\n", figure, value, unit);
}

template <typename T>
T must(Result<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "%s\n", to_string(result.error()).c_str());
  std::exit(1);
}

std::shared_ptr<store::HeadBlock> fill_head(const SpanCorpus& corpus, std::size_t first,
                                            std::size_t count) {
  const OtlpWriter writer(corpus);
  auto head = std::make_shared<store::HeadBlock>();
  store::EventBatch batch;
  for (std::size_t at = first; at < first + count; at += kSpansPerRequest) {
    const std::size_t spans = std::min(kSpansPerRequest, first + count - at);
    const std::string body = writer.write(at, spans, 0, 0);
    batch.clear();
    must(otlp::decode_traces(body, otlp::Format::kProtobuf, {}, batch));
    head->apply(batch.contents(), std::numeric_limits<std::int64_t>::min());
    head->publish();
  }
  return head;
}

PartInput whole(Source source) {
  return {std::move(source), std::numeric_limits<std::int64_t>::min(),
          std::numeric_limits<std::int64_t>::max()};
}

store::StreamId stream_of(const RowSource& part, std::string_view column) {
  const auto streams = part.streams(column);
  if (streams.empty()) std::exit(1);
  return streams.front().id;
}

void measure_decoding(const RowSource& part, store::VectorCache& none) {
  (void)none;
  for (const std::string& column : part.columns()) {
    for (const store::StreamRef& stream : part.streams(column)) {
      std::uint64_t rows = 0;
      const double seconds = best_seconds([&] {
        rows = 0;
        for (std::uint32_t group = 0; group < part.groups(); ++group) {
          rows += must(part.read(stream.id, group))->rows;
        }
      });
      print(("decode " + column).c_str(), static_cast<double>(rows) / seconds / 1e6, "M rows/s");
    }
  }
}

void measure_scans(const RowSource& part) {
  const auto name = stream_of(part, model::names::kName);
  const auto duration = stream_of(part, model::names::kDurationMs);
  std::vector<std::uint64_t> counts(65'536);
  const double count_seconds = best_seconds([&] {
    for (std::uint32_t group = 0; group < part.groups(); ++group) {
      const auto codes = must(part.read(name, group));
      for (std::uint32_t row = 0; row < codes->rows; ++row)
        ++counts[codes->as<std::uint8_t>()[row]];
    }
  });
  print("count by name, cached", static_cast<double>(part.rows()) / count_seconds / 1e6,
        "M rows/s");
  std::vector<std::uint32_t> histogram(256 * 4096);
  const double p99_seconds = best_seconds([&] {
    for (std::uint32_t group = 0; group < part.groups(); ++group) {
      const auto codes = must(part.read(name, group));
      const auto values = must(part.read(duration, group));
      for (std::uint32_t row = 0; row < codes->rows; ++row) {
        const std::uint64_t bits = values->as<std::uint64_t>()[row];
        ++histogram[codes->as<std::uint8_t>()[row] * 4096U + (bits >> 45 & 4095)];
      }
    }
  });
  print("duration histogram by name, cached", static_cast<double>(part.rows()) / p99_seconds / 1e6,
        "M rows/s");
}

void measure_traces(const SpanCorpus& corpus, const RowSource& part, std::size_t spans) {
  constexpr std::size_t kLookups = 1000;
  const double seconds = best_seconds([&] {
    for (std::size_t i = 0; i < kLookups; ++i) {
      model::TraceId id;
      const auto& bytes = corpus.spans[i * 7919 % spans].trace_id;
      std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
      if (must(part.find_trace(id)).empty()) std::exit(1);
    }
  });
  print("find a trace", seconds / kLookups * 1e6, "us");
}

void explain(const RowSource& part) {
  auto costs = must(store::explain_part(part));
  std::sort(costs.begin(), costs.end(),
            [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
  for (const store::StreamCost& cost : costs) {
    std::printf(
        "{\"column\":\"%s\",\"type\":%d,\"encoding\":\"%s\",\"rows\":%llu,"
        "\"bytes_per_span\":%.4f}\n",
        cost.column.c_str(), static_cast<int>(cost.type), cost.encoding.c_str(),
        static_cast<unsigned long long>(cost.present_rows),
        static_cast<double>(cost.bytes) / static_cast<double>(part.rows()));
  }
}

int run(const SpanCorpus& corpus, std::size_t spans) {
  store::FileSystem& files = store::system_files();
  const auto directory = std::filesystem::temp_directory_path() / "tracery-part-bench";
  must(files.list(std::filesystem::temp_directory_path()));
  std::filesystem::create_directories(directory);
  const auto half = spans / 2;
  const std::array heads = {fill_head(corpus, 0, half), fill_head(corpus, half, spans - half)};
  store::VectorCache cache(1ULL << 30);
  store::VectorCache no_cache(0);
  std::vector<PartInput> parts;
  double seal_seconds = 0;
  std::uint64_t rows = 0;
  std::uint64_t values = 0;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const PartInput input = whole(heads[i]->view());
    const auto path = directory / ("sealed-" + std::to_string(i));
    seal_seconds += best_seconds([&] { must(write_part(files, path, std::span(&input, 1), 0)); });
    parts.push_back(whole(must(open_part(files, path, cache))));
    rows += parts.back().source->rows();
  }
  store::PartInfo merged;
  const auto path = directory / "merged";
  const double merge_seconds =
      best_seconds([&] { merged = must(write_part(files, path, parts, 1)); });
  const Source part = must(open_part(files, path, cache));
  for (const store::StreamCost& cost : must(store::explain_part(*part)))
    values += cost.present_rows;

  print("values a span", static_cast<double>(values) / static_cast<double>(rows), "");
  print("seal", seal_seconds / static_cast<double>(rows) * 1e6, "us/span");
  print("merge", merge_seconds / static_cast<double>(rows) * 1e6, "us/span");
  print("sealed",
        static_cast<double>(std::filesystem::file_size(directory / "sealed-0")) /
            static_cast<double>(parts[0].source->rows()),
        "bytes/span");
  print("merged", static_cast<double>(merged.bytes) / static_cast<double>(rows), "bytes/span");
  const double open_seconds = best_seconds([&] { must(open_part(files, path, no_cache)); });
  print("open", open_seconds * 1e6, "us");
  explain(*part);
  measure_scans(*part);
  measure_traces(corpus, *part, spans);
  measure_decoding(*must(open_part(files, path, no_cache)), no_cache);
  std::filesystem::remove_all(directory);
  return 0;
}

}  // namespace
}  // namespace tracery::bench

int main(int count, char** arguments) {
  using namespace tracery::bench;
  const std::size_t wanted = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 400'000;
  const SpanCorpus corpus = count > 1 ? must(read_corpus(arguments[1])) : make_corpus(wanted);
  return run(corpus, std::min(wanted, corpus.spans.size()));
}
