// SPDX-License-Identifier: Apache-2.0
#include "api/logs_delivery.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <future>
#include <limits>
#include <map>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "app/logs.h"
#include "base/compression.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "net/http_client.h"
#include "protocols/cwlogs/names.h"

namespace tracery::api {
namespace {

using nlohmann::json;

constexpr const char* kMetricKind = "metric_filter";
constexpr const char* kSubscriptionKind = "subscription_filter";
constexpr auto kInterval = std::chrono::milliseconds(1000);
constexpr std::size_t kPageEvents = 5'000;
constexpr int kPostTimeoutMs = 10'000;

/// A number that stands in a message, or in the filter itself.
std::optional<double> to_number(std::string_view text) {
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> field_number(const model::Event& event, std::string_view field) {
  const auto* value = model::find_field(event, cwlogs::names::column_of_field(field));
  if (value == nullptr) return std::nullopt;
  if (const auto* number = std::get_if<std::int64_t>(value)) return static_cast<double>(*number);
  if (const auto* number = std::get_if<double>(value)) return *number;
  const auto* text = std::get_if<std::string>(value);
  return text == nullptr ? std::nullopt : to_number(*text);
}

}  // namespace

/// One filter and how far it has come.
struct LogsDelivery::Filter {
  std::string kind, group, name;
  cwlogs::FilterPattern pattern;
  json body;
  std::int64_t done = 0;  ///< Sequence up to which it has seen everything.

  std::string progress_name() const { return kind + '/' + name; }

  /// What a metric transformation takes from an event that matches.
  std::optional<double> value_of(const json& transformation, const model::Event& event) const {
    const std::string wanted = text_member(transformation, "metricValue");
    if (wanted.starts_with("$.")) return field_number(event, wanted.substr(2));
    if (!wanted.starts_with('$')) return to_number(wanted);
    for (const auto& each : pattern.extract(app::line_of(event).message)) {
      if (each.name == wanted) return to_number(each.value);
    }
    return std::nullopt;
  }

  /// A Honeycomb batch of the values; "" when there are none.
  std::string metric_events(const std::vector<model::Event>& events) const {
    const json& transformation = body.at("metricTransformations").at(0);
    JsonWriter batch;
    batch.begin_array();
    std::size_t count = 0;
    for (const model::Event& event : events) {
      const auto value = value_of(transformation, event);
      if (!value) continue;
      ++count;
      batch.begin_object().field("time", format_rfc3339(event.time_ns)).key("data");
      batch.begin_object().field(text_member(transformation, "metricName"), *value);
      batch.field("meta.signal_type", "metric").field("meta.source", "cloudwatch");
      batch.field("log_group", group).field("filter", name);
      batch.end_object().end_object();
    }
    batch.end_array();
    return count == 0 ? std::string() : batch.take();
  }

  /// DATA_MESSAGE, as AWS packs it for its targets.
  std::string message(const std::string& account, const std::string& stream,
                      const std::vector<const model::Event*>& events) const {
    JsonWriter json;
    json.begin_object().field("messageType", "DATA_MESSAGE").field("owner", account);
    json.field("logGroup", group).field("logStream", stream).key("subscriptionFilters");
    json.begin_array().value(name).end_array().key("logEvents").begin_array();
    for (const model::Event* event : events) {
      const app::LogLine line = app::line_of(*event);
      json.begin_object().field("id", line.event_id()).field("timestamp", line.time_ms());
      json.field("message", line.message);
      const auto extracted = pattern.extract(line.message);
      if (!extracted.empty()) {
        json.key("extractedFields").begin_object();
        for (const auto& each : extracted) json.field(each.name, each.value);
        json.end_object();
      }
      json.end_object();
    }
    return compress_gzip(json.end_array().end_object().take(), 6);
  }
};

namespace {

Status post(const std::string& url, std::string body) {
  net::HttpClient client;
  net::ClientRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}};
  request.body = std::move(body);
  request.timeout_ms = kPostTimeoutMs;
  const auto response = TRACERY_TRY(client.send(request));
  if (response.status / 100 == 2) return {};
  return Error{ErrorCode::kUnavailable, "status: " + std::to_string(response.status)};
}

Status store_metrics(Services& services, const std::string& name_space, std::string batch) {
  app::IngestRequest request;
  request.kind = app::IngestKind::kHoneycombBatch;
  request.is_json = true;
  request.dataset = name_space;
  request.body = std::move(batch);
  auto done = std::make_shared<std::promise<Status>>();
  auto future = done->get_future();
  services.ingest.accept(std::move(request), [done](const Result<app::IngestAnswer>& answer) {
    done->set_value(answer.ok() ? Status() : Status(answer.error()));
  });
  return future.get();
}

}  // namespace

LogsDelivery::LogsDelivery(Services& services) : services_(services), thread_([this] { loop(); }) {}

LogsDelivery::~LogsDelivery() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void LogsDelivery::loop() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kInterval, [this] { return stopping_; })) {
    lock.unlock();
    run_once();
    lock.lock();
  }
}

void LogsDelivery::run_once() {
  const std::uint64_t version = services_.logs->filters_version;
  if (!is_loaded_ || version != filters_version_) {
    if (!load_filters().ok()) return;
    is_loaded_ = true;
    filters_version_ = version;
  }
  const std::int64_t settled = services_.logs->groups->settled_sequence();
  for (const auto& filter : filters_) {
    // What failed is tried again in the next round.
    const Status advanced = advance(*filter, settled);
    static_cast<void>(advanced);
  }
}

Status LogsDelivery::load_filters() {
  filters_.clear();
  const std::int64_t settled = services_.logs->groups->settled_sequence();
  TRACERY_TRY(add_filter(kMetricKind, settled));
  return add_filter(kSubscriptionKind, settled);
}

Status LogsDelivery::add_filter(const char* kind, std::int64_t settled) {
  app::LogDocuments& documents = services_.logs->documents;
  for (const app::LogDocument& each : TRACERY_TRY(documents.list(kind))) {
    auto filter = std::make_unique<Filter>();
    filter->kind = kind;
    filter->group = each.scope;
    filter->name = each.name;
    filter->body = json::parse(each.body);
    auto pattern = cwlogs::FilterPattern::parse(text_member(filter->body, "filterPattern"));
    if (!pattern.ok()) continue;
    filter->pattern = *std::move(pattern);
    const bool is_subscription = filter->kind == kSubscriptionKind;
    if (is_subscription && !text_member(filter->body, "destinationArn").starts_with("http")) {
      continue;
    }
    const auto progress =
        TRACERY_TRY(documents.find(kFilterProgress, filter->group, filter->progress_name()));
    filter->done = progress ? std::stoll(progress->body) : settled;
    filters_.push_back(std::move(filter));
  }
  return {};
}

Status LogsDelivery::advance(Filter& filter, std::int64_t settled) {
  if (filter.done >= settled || !services_.logs->groups->find(filter.group).ok()) return {};
  app::LogPageRequest request;
  request.selection.groups = {filter.group};
  request.selection.pattern = filter.pattern;
  request.selection.to_ns = std::numeric_limits<std::int64_t>::max();
  request.selection.sequences = {filter.done + 1, settled};
  request.order = query::EventOrder::kOldestFirst;
  request.limit = kPageEvents;
  request.all_columns = filter.kind == kMetricKind;
  bool has_any = false;
  do {
    const app::LogPage page = TRACERY_TRY(services_.logs->search.read(request));
    has_any = has_any || !page.events.empty();
    if (filter.kind == kMetricKind) {
      std::string batch = filter.metric_events(page.events);
      const json& transformation = filter.body.at("metricTransformations").at(0);
      if (!batch.empty()) {
        TRACERY_TRY(store_metrics(services_, text_member(transformation, "metricNamespace"),
                                  std::move(batch)));
      }
    } else {
      std::map<std::string, std::vector<const model::Event*>> streams;
      for (const model::Event& event : page.events) {
        streams[app::line_of(event).stream].push_back(&event);
      }
      for (const auto& [stream, events] : streams) {
        TRACERY_TRY(post(text_member(filter.body, "destinationArn"),
                         filter.message(services_.facts.aws_account_id, stream, events)));
      }
    }
    request.after = page.next;
  } while (request.after);
  filter.done = settled;
  // Where nothing matched, a start from an older place costs a look and no more.
  if (!has_any) return {};
  TRACERY_TRY(services_.logs->documents.put(kFilterProgress, filter.group, filter.progress_name(),
                                            std::to_string(filter.done)));
  return {};
}

}  // namespace tracery::api
