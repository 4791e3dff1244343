// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <unordered_set>

#include <simdjson.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "server/api_client.h"
#include "server/filter_text.h"
#include "server/terminal.h"
#include "server/verbs.h"

namespace tracery::server {
namespace {

constexpr std::int64_t kWindowMs =
    10LL * 60 * 1000;  // Events that come later than this are missed.
constexpr int kPageEvents = 1000;
constexpr int kPagesMax = 20;
constexpr std::size_t kSeenMax = 200'000;

/// Remembers which events were shown: recent ones surely, old ones until they leave the window.
class Seen {
 public:
  /// True the first time.
  bool insert(std::uint64_t event) {
    if (older_.contains(event)) return false;
    if (!newer_.insert(event).second) return false;
    if (newer_.size() > kSeenMax) {
      older_ = std::move(newer_);
      newer_.clear();
    }
    return true;
  }

 private:
  std::unordered_set<std::uint64_t> newer_, older_;
};

/// One line for people: time, dataset, name, duration, then the other fields.
std::string line_of(const simdjson::dom::element& event, const Paint& paint) {
  std::string_view time_ns;
  std::string_view dataset;
  std::string_view name;
  double duration_ms = -1;
  static_cast<void>(event["time_ns"].get(time_ns) || event["dataset"].get(dataset));
  const bool has_name = event["data"]["name"].get(name) == simdjson::SUCCESS;
  const bool has_duration = event["data"]["duration_ms"].get(duration_ms) == simdjson::SUCCESS;
  bool is_error = false;
  if (event["data"]["error"].get(is_error) != simdjson::SUCCESS) is_error = false;
  std::int64_t ns = 0;
  std::from_chars(time_ns.data(), time_ns.data() + time_ns.size(), ns);

  std::string time = format_rfc3339(ns / kNsPerSecond * kNsPerSecond);
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03dZ",
                static_cast<int>(ns % kNsPerSecond / kNsPerMs));
  time.replace(time.size() - 1, 1, fraction);
  const std::string title = has_name ? printable(name) : std::string("-");
  std::string line = time + ' ' + printable(dataset) + ' ' + title;
  if (has_duration) line += ' ' + format_duration(duration_ms * 1e6);
  const std::size_t width = stdout_columns();
  std::string rest;
  simdjson::dom::object data;
  if (event["data"].get(data) == simdjson::SUCCESS) {
    for (const auto& [key, value] : data) {
      if (key == "name" || key == "duration_ms") continue;
      std::string_view text;
      rest += ' ' + printable(key) + '=';
      rest += value.get(text) == simdjson::SUCCESS ? printable(text)
                                                   : std::string(simdjson::minify(value));
      if (rest.size() > width) break;
    }
  }
  const std::size_t used = display_width(line);
  const std::string fields = used < width ? fit(rest, width - used) : std::string();
  return (is_error ? paint.red(line) : line) + paint.dim(fields);
}

class Tail {
 public:
  explicit Tail(const TailOptions& options) : options_(options), client_(options.client) {}

  /// Prints what is new since the last time; nothing the first time.
  Status show_new() {
    std::vector<std::string> lines;
    std::string before;
    for (int page = 0; page < kPagesMax; ++page) {
      auto body = client_.post("/ui/api/v1/events", TRACERY_TRY(request(before)));
      // A dataset begins to exist with its first event.
      if (!body && body.error().code == ErrorCode::kNotFound) break;
      if (!body) return std::move(body).error();
      simdjson::dom::element answer;
      simdjson::dom::array events;
      if (parser_.parse(*body).get(answer) != simdjson::SUCCESS ||
          answer["events"].get(events) != simdjson::SUCCESS) {
        return Error{ErrorCode::kMalformed, "the server's answer has no events"};
      }
      bool any_new = false;
      for (const simdjson::dom::element event : events) {
        const std::string json(simdjson::minify(event));
        if (!seen_.insert(hash64(json))) continue;
        any_new = true;
        if (is_started_) lines.push_back(options_.client.json ? json : line_of(event, paint_));
      }
      std::string_view next;
      if (!any_new || answer["next"].get(next) != simdjson::SUCCESS) break;
      before = next;
    }
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) std::puts(line->c_str());
    std::fflush(stdout);
    is_started_ = true;
    return {};
  }

 private:
  Result<std::string> request(const std::string& before) const {
    const std::int64_t now_ms = SystemClock().now_ns() / kNsPerMs;
    JsonWriter json;
    json.begin_object().field("dataset", options_.dataset);
    json.field("start_ms", now_ms - kWindowMs).field("end_ms", now_ms + kWindowMs);
    json.key("filters").raw(TRACERY_TRY(filters_json(options_.where)));
    json.key("columns").begin_array().end_array().field("limit", kPageEvents).key("before");
    if (before.empty()) {
      json.null();
    } else {
      json.value(before);
    }
    return json.end_object().take();
  }

  const TailOptions& options_;
  ApiClient client_;
  simdjson::dom::parser parser_;
  Seen seen_;
  const Paint paint_ = stdout_paint();
  bool is_started_ = false;
};

}  // namespace

int run_tail(const TailOptions& options) {
  if (const auto filters = filters_json(options.where); !filters) {
    report(filters.error());
    return kExitMisuse;
  }
  Tail tail(options);
  ApiClient live(options.client);
  Status shown = tail.show_new();
  if (!shown) return report(shown.error());
  const Status followed = live.follow("/ui/api/v1/live", [&](const net::SseEvent& event) {
    if (event.name != "arrived" && event.name != "hello") return true;
    shown = tail.show_new();
    return shown.ok();
  });
  if (!shown) return report(shown.error());
  if (!followed) return report(followed.error());
  std::fputs("tracery: the server has closed the stream\n", stderr);
  return kExitFailed;
}

}  // namespace tracery::server
