// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include "api/rollbar_api.h"
#include "api/rollbar_json.h"
#include "api/url.h"
#include "app/errors.h"
#include "base/json_writer.h"
#include "base/time.h"

namespace tracery::api {
namespace {

constexpr std::int64_t kHourNs = 3600 * kNsPerSecond;
constexpr std::array<std::string_view, 5> kLevels = {"debug", "info", "warning", "error",
                                                     "critical"};

/// The last `hours` of the hourly counts.
std::vector<std::uint32_t> counts_of(const app::ErrorItem& item, std::int64_t now_ns,
                                     std::size_t hours) {
  const auto all = item.hours.until(now_ns / kHourNs);
  return {all.end() - static_cast<std::ptrdiff_t>(hours), all.end()};
}

Result<net::Response> top_active_items(Services& services, const Call& call,
                                       const RollbarAccess& access) {
  constexpr std::size_t kTop = 10;
  const QueryParameters query(call.request.query);
  const auto hours = static_cast<std::size_t>(
      std::clamp<std::int64_t>(query.get_int("hours").value_or(24), 1,
                               static_cast<std::int64_t>(app::HourlyCounts::kHours)));
  const std::int64_t now_ns = services.clock.now_ns();
  app::ItemQuery wanted;
  wanted.projects = {access.project.name};
  wanted.environments = query.get_list("environments");
  wanted.seen_from_ns = now_ns - static_cast<std::int64_t>(hours) * kHourNs;
  wanted.seen_to_ns = now_ns + kHourNs;
  wanted.limit = std::numeric_limits<std::size_t>::max() / 2;
  auto items = services.errors->items().list(wanted).items;
  const auto sum_of = [&](const app::ErrorItem& item) {
    const auto counts = counts_of(item, now_ns, hours);
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  };
  const auto middle = items.begin() + static_cast<std::ptrdiff_t>(std::min(kTop, items.size()));
  std::partial_sort(items.begin(), middle, items.end(), [&](const auto& a, const auto& b) {
    const std::uint64_t left = sum_of(a);
    const std::uint64_t right = sum_of(b);
    return left != right ? left > right : a.id < b.id;
  });
  items.erase(middle, items.end());
  auto affected = TRACERY_TRY(services.errors->affected().of(*services.store.snapshot(), items));
  JsonWriter json;
  json.begin_array();
  for (const app::ErrorItem& item : items) {
    json.begin_object().key("item").begin_object().field("id", item.id);
    json.field("counter", item.counter).field("environment", item.environment);
    json.field("title", item.title).field("level", item.level);
    json.field("framework", item.framework);
    json.field("last_occurrence_timestamp",
               app::received_ns_of(item.counts.last_id) / kNsPerSecond);
    json.field("project_id", item.project_id);
    json.field("unique_occurrences", affected[item.id].addresses);
    json.field("occurrences", sum_of(item)).field("group_status", 0).end_object();
    json.key("counts").begin_array();
    for (const std::uint32_t count : counts_of(item, now_ns, hours)) json.value(count);
    json.end_array().end_object();
  }
  return rollbar_result(json.end_array().take());
}

/// How far back a report with buckets of this many seconds goes; 0 for a size there is none of.
std::int64_t buckets_of(std::int64_t bucket_size) {
  switch (bucket_size) {
    case 60: return 60;
    case 3600: return 24;
    case 86'400: return 30;
    default: return 0;
  }
}

std::vector<std::string> levels_between(const QueryParameters& query) {
  const auto rank = [&](const char* name, int otherwise) {
    return app::level_rank(query.get(name)).value_or(otherwise);
  };
  const int low = rank("min_level", 0);
  const int high = rank("max_level", 4);
  if (low == 0 && high == 4) return {};
  std::vector<std::string> levels;
  for (int i = low; i <= high; ++i) levels.emplace_back(kLevels[static_cast<std::size_t>(i)]);
  if (levels.empty()) levels.emplace_back("none");
  return levels;
}

struct Buckets {
  std::int64_t size_s = 0;
  std::int64_t from_ns = 0, to_ns = 0;
};

Result<Buckets> read_buckets(const QueryParameters& query, std::int64_t now_ns) {
  Buckets buckets;
  buckets.size_s = query.get_int("bucket_size").value_or(86'400);
  const std::int64_t count = buckets_of(buckets.size_s);
  if (count == 0) return Error{ErrorCode::kInvalid, "bucket_size must be 60, 3600 or 86400"};
  buckets.to_ns = now_ns + 1;
  buckets.from_ns = buckets.to_ns - (count - 1) * buckets.size_s * kNsPerSecond;
  return buckets;
}

Result<net::Response> occurrence_counts(Services& services, const Call& call,
                                        const RollbarAccess& access) {
  const QueryParameters query(call.request.query);
  const Buckets buckets = TRACERY_TRY(read_buckets(query, services.clock.now_ns()));
  app::SeriesQuery wanted;
  wanted.projects = {access.project.name};
  wanted.environments = query.get_list("environments");
  for (std::string& each : query.get_list("environment")) wanted.environments.push_back(each);
  wanted.levels = levels_between(query);
  if (const auto id = query.get_int("item_id")) {
    const auto item = TRACERY_TRY(services.errors->items().find(*id));
    if (item.project_id != access.project.id) {
      return Error{ErrorCode::kNotFound, "Item not found"};
    }
    wanted.keys = item.keys;
    wanted.projects.clear();
  }
  wanted.from_ns = buckets.from_ns;
  wanted.to_ns = buckets.to_ns;
  wanted.step_ns = buckets.size_s * kNsPerSecond;
  const auto series = TRACERY_TRY(app::count_series(*services.store.snapshot(), wanted));
  JsonWriter json;
  json.begin_array();
  std::int64_t at_s = series.start_ns / kNsPerSecond;
  for (const std::uint64_t count : series.counts) {
    json.begin_array().value(at_s).value(count).end_array();
    at_s += buckets.size_s;
  }
  return rollbar_result(json.end_array().take());
}

Result<net::Response> activated_counts(Services& services, const Call& call,
                                       const RollbarAccess& access) {
  const QueryParameters query(call.request.query);
  const Buckets buckets = TRACERY_TRY(read_buckets(query, services.clock.now_ns()));
  const std::int64_t step_ns = buckets.size_s * kNsPerSecond;
  const std::int64_t first = buckets.from_ns / step_ns;
  std::vector<std::uint64_t> counts(static_cast<std::size_t>(buckets.to_ns / step_ns - first + 1));
  for (const std::int64_t time_ns :
       TRACERY_TRY(services.errors->items().activations(access.project.id, first * step_ns))) {
    const auto at = static_cast<std::size_t>(time_ns / step_ns - first);
    if (at < counts.size()) ++counts[at];
  }
  JsonWriter json;
  json.begin_array();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::int64_t at_s = (first + static_cast<std::int64_t>(i)) * buckets.size_s;
    json.begin_array().value(at_s).value(counts[i]).end_array();
  }
  return rollbar_result(json.end_array().take());
}

Result<net::Response> list_environments(Services& services, const Call& call,
                                        const RollbarAccess& access) {
  const std::int64_t page = QueryParameters(call.request.query).get_int("page").value_or(1);
  app::ItemQuery wanted;
  wanted.projects = {access.project.name};
  wanted.limit = 0;
  JsonWriter json;
  json.begin_object().field("page", page).key("environments").begin_array();
  std::int64_t id = 0;
  for (const auto& [name, count] : services.errors->items().list(wanted).environments) {
    if (page > 1) break;
    json.begin_object().field("id", ++id).field("environment", name);
    json.field("project_id", access.project.id).field("visible", 1).end_object();
  }
  return rollbar_result(json.end_array().end_object().take());
}

}  // namespace

void add_rollbar_report_routes(Router& router, Services& services) {
  const auto add = [&](const char* path, auto work) {
    router.add("GET", path,
               rollbar_handler(services, app::kReadScope,
                               [&services, work](const Call& call, const RollbarAccess& access) {
                                 return work(services, call, access);
                               }));
  };
  add("/api/1/reports/top_active_items", top_active_items);
  add("/api/1/reports/occurrence_counts", occurrence_counts);
  add("/api/1/reports/activated_counts", activated_counts);
  add("/api/1/environments", list_environments);
}

}  // namespace tracery::api
