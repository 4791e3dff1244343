// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <tuple>

#include "base/json_writer.h"
#include "base/time.h"
#include "server/config.h"
#include "server/terminal.h"
#include "server/verbs.h"
#include "server/wiring.h"
#include "store/part.h"
#include "store/vector_cache.h"

namespace tracery::server {
namespace {

constexpr std::size_t kCacheBytes = 1ULL << 20;  // Footers only: no column is read.

struct PartReport {
  std::string file;
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;
  std::vector<store::StreamCost> streams;
};

const char* type_name(store::StreamType type) {
  switch (type) {
    case store::StreamType::kBool: return "bool";
    case store::StreamType::kInt: return "int";
    case store::StreamType::kDouble: return "double";
    case store::StreamType::kId8: return "id8";
    case store::StreamType::kId16: return "id16";
    default: return "string";
  }
}

/// Part files of a data directory; the server may be running on it, so one may vanish meanwhile.
std::vector<std::filesystem::path> part_files(const std::filesystem::path& data) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  std::filesystem::directory_iterator entries(data / "events" / "parts", error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    if (entries->path().filename().string().starts_with("part-")) files.push_back(entries->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::vector<PartReport>> read_parts(const std::filesystem::path& data) {
  std::vector<PartReport> reports;
  store::VectorCache cache(kCacheBytes);
  const auto files = part_files(data);
  ProgressBar bar("reading parts");
  for (const auto& file : files) {
    bar.show(static_cast<double>(reports.size()) / static_cast<double>(files.size()));
    const auto part = store::open_part(store::system_files(), file, cache);
    if (!part && part.error().code == ErrorCode::kNotFound) continue;
    if (!part) return Error(part.error()).with(file.filename().string());
    std::error_code ignored;
    PartReport report{.file = file.filename().string(), .streams = {}};
    report.bytes = std::filesystem::file_size(file, ignored);
    report.rows = (*part)->rows();
    report.streams = TRACERY_TRY(store::explain_part(**part));
    reports.push_back(std::move(report));
  }
  return reports;
}

std::string encode(const std::vector<PartReport>& reports) {
  JsonWriter json;
  json.begin_object().key("parts").begin_array();
  for (const PartReport& report : reports) {
    json.begin_object().field("file", report.file).field("bytes", report.bytes);
    json.field("rows", report.rows).key("columns").begin_array();
    for (const store::StreamCost& stream : report.streams) {
      json.begin_object().field("column", stream.column).field("type", type_name(stream.type));
      json.field("encoding", stream.encoding).field("rows", stream.present_rows);
      json.field("bytes", stream.bytes).end_object();
    }
    json.end_array().end_object();
  }
  return json.end_array().end_object().take();
}

/// All parts together: bytes per column and encoding, the costliest first.
std::string column_table(const std::vector<PartReport>& reports, const Paint& paint) {
  struct Cost {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
  };
  using Key = std::tuple<std::string, std::string, std::string>;
  std::map<Key, Cost> costs;
  std::uint64_t all = 0;
  for (const PartReport& report : reports) {
    for (const store::StreamCost& stream : report.streams) {
      Cost& cost = costs[{stream.column, type_name(stream.type), stream.encoding}];
      cost.rows += stream.present_rows;
      cost.bytes += stream.bytes;
      all += stream.bytes;
    }
  }
  std::vector<std::pair<Key, Cost>> sorted(costs.begin(), costs.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.bytes > b.second.bytes; });
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, cost] : sorted) {
    const auto& [column, type, encoding] = key;
    char share[16];
    char per_value[16];
    const auto bytes = static_cast<double>(cost.bytes);
    std::snprintf(share, sizeof share, "%.1f",
                  all == 0 ? 0 : 100 * bytes / static_cast<double>(all));
    std::snprintf(per_value, sizeof per_value, "%.2f",
                  cost.rows == 0 ? 0 : bytes / static_cast<double>(cost.rows));
    rows.push_back({printable(column), type, encoding, std::to_string(cost.rows),
                    std::to_string(cost.bytes), per_value, share});
  }
  return format_table({"column", "type", "encoding", "values", "bytes", "B/value", "%"}, rows,
                      paint);
}

void print_for_people(const std::vector<PartReport>& reports) {
  const Paint paint = stdout_paint();
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;
  std::vector<std::vector<std::string>> parts;
  for (const PartReport& report : reports) {
    bytes += report.bytes;
    rows += report.rows;
    parts.push_back({report.file, std::to_string(report.rows), std::to_string(report.bytes)});
  }
  const std::string text =
      format_table({"part", "rows", "bytes"}, parts, paint) + '\n' + column_table(reports, paint);
  if (!reports.empty()) std::fputs(text.c_str(), stdout);
  std::printf("%zu parts, %llu rows, %s", reports.size(), static_cast<unsigned long long>(rows),
              format_bytes(bytes).c_str());
  if (rows > 0) {
    std::printf(", %.1f B/row", static_cast<double>(bytes) / static_cast<double>(rows));
  }
  std::puts("");
}

}  // namespace

int run_parts(const PartsOptions& options) {
  const auto config = load_config(options.flags, process_environment());
  if (!config) {
    report(config.error());
    return kExitMisuse;
  }
  std::error_code ignored;
  if (!std::filesystem::is_directory(config->data, ignored)) {
    return report({ErrorCode::kNotFound, "no such data directory: " + config->data.string()});
  }
  const auto reports = read_parts(config->data);
  if (!reports) return report(reports.error());
  if (options.json) {
    std::printf("%s\n", encode(*reports).c_str());
  } else {
    print_for_people(*reports);
  }
  return kExitOk;
}

}  // namespace tracery::server
