// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "api/logs_call.h"
#include "app/logs.h"
#include "base/json_writer.h"
#include "protocols/cwlogs/filter_pattern.h"
#include "protocols/cwlogs/limits.h"

namespace tracery::api {
namespace {

using nlohmann::json;

constexpr const char* kKind = "metric_filter";
constexpr std::size_t kFiltersPerGroupMax = 100;

/// A value as AWS's own validation prints it.
std::string java_text(const json& value) {
  if (value.is_null()) return "null";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string java_transformation(const json& transformation) {
  std::string text = "MetricTransformation(";
  bool is_first = true;
  for (const char* name :
       {"metricName", "metricNamespace", "metricValue", "defaultValue", "unit", "dimensions"}) {
    if (!is_first) text += ", ";
    is_first = false;
    text.append(name).append("=").append(java_text(transformation.value(name, json())));
  }
  return text + ")";
}

Result<json> read_transformations(const json& input) {
  const auto found = input.find("metricTransformations");
  if (found == input.end() || !found->is_array() || found->empty()) {
    return cwlogs::broken_rule("[]", "metricTransformations",
                               "Member must have length greater than or equal to 1");
  }
  if (found->size() > 1) {
    std::string text = "[";
    for (const json& each : *found) {
      text.append(text.size() > 1 ? ", " : "").append(java_transformation(each));
    }
    return cwlogs::broken_rule(text + "]", "metricTransformations",
                               "Member must have length less than or equal to 1");
  }
  const json& only = found->front();
  for (const char* name : {"metricName", "metricNamespace", "metricValue"}) {
    TRACERY_TRY(required_text(only, name));
  }
  constexpr std::size_t kNameMax = 255;
  TRACERY_TRY(cwlogs::check_length(text_of(only, "metricName"), "metricName", 0, kNameMax));
  TRACERY_TRY(
      cwlogs::check_length(text_of(only, "metricNamespace"), "metricNamespace", 0, kNameMax));
  const auto dimensions = only.find("dimensions");
  const bool has_dimensions = dimensions != only.end() && !dimensions->empty();
  if (has_dimensions && dimensions->size() > 3) {
    return Error{ErrorCode::kInvalid, "A metric filter may have at most 3 dimensions."};
  }
  if (has_dimensions && only.contains("defaultValue")) {
    return Error{ErrorCode::kInvalid, "defaultValue and dimensions are mutually exclusive."};
  }
  return *found;
}

LogsAnswer put_filter(const LogsCall& call) {
  const std::string name = TRACERY_TRY(required_text(call.input, "filterName"));
  const std::string group = TRACERY_TRY(required_text(call.input, "logGroupName"));
  const std::string pattern = TRACERY_TRY(required_text(call.input, "filterPattern"));
  TRACERY_TRY(cwlogs::check_filter_name(name));
  TRACERY_TRY(cwlogs::check_filter_pattern(pattern));
  TRACERY_TRY(cwlogs::check_group_name(group));
  const json transformations = TRACERY_TRY(read_transformations(call.input));
  TRACERY_TRY(cwlogs::FilterPattern::parse(pattern));
  // AWS wants the group to be there. Here a filter may wait for it.
  app::LogDocuments& documents = call.logs().documents;
  const auto others = TRACERY_TRY(documents.list(kKind, group));
  const bool is_new = std::none_of(others.begin(), others.end(),
                                   [&](const auto& other) { return other.name == name; });
  if (is_new && others.size() >= kFiltersPerGroupMax) {
    return AwsError{400, "LimitExceededException", "Resource limit exceeded.", {}};
  }
  json body = {{"filterPattern", pattern},
               {"metricTransformations", transformations},
               {"applyOnTransformedLogs", call.input.value("applyOnTransformedLogs", json(false))}};
  TRACERY_TRY(documents.put(kKind, group, name, body.dump()));
  if (is_new) TRACERY_TRY(start_filter(call, kKind, group, name));
  call.logs().filters_changed();
  return std::string();
}

bool is_about(const json& body, const std::string& metric, const std::string& name_space) {
  if (metric.empty()) return true;
  return std::any_of(body.at("metricTransformations").begin(),
                     body.at("metricTransformations").end(), [&](const json& each) {
                       return text_of(each, "metricName") == metric &&
                              text_of(each, "metricNamespace") == name_space;
                     });
}

Status check_metric(const std::string& metric, const std::string& name_space) {
  constexpr std::size_t kNameMax = 255;
  TRACERY_TRY(cwlogs::check_length(metric, "metricName", 0, kNameMax));
  TRACERY_TRY(cwlogs::check_length(name_space, "metricNamespace", 0, kNameMax));
  if (metric.empty() == name_space.empty()) return {};
  return Error{ErrorCode::kInvalid,
               "metricName and metricNamespace must be given together, or neither."};
}

LogsAnswer describe_filters(const LogsCall& call) {
  constexpr std::size_t kPageMax = 50;
  const std::string prefix = text_of(call.input, "filterNamePrefix");
  const std::string metric = text_of(call.input, "metricName");
  const std::string name_space = text_of(call.input, "metricNamespace");
  const std::size_t limit = TRACERY_TRY(limit_of(call.input, kPageMax, kPageMax));
  if (!prefix.empty()) TRACERY_TRY(cwlogs::check_filter_name(prefix, "filterNamePrefix"));
  TRACERY_TRY(check_metric(metric, name_space));
  std::optional<std::string> group;
  if (call.input.contains("logGroupName")) {
    group = text_of(call.input, "logGroupName");
    TRACERY_TRY(cwlogs::check_group_name(*group));
  }
  std::vector<std::string> keys;
  std::vector<json> filters;
  for (const app::LogDocument& each : TRACERY_TRY(call.logs().documents.list(kKind, group))) {
    json body = json::parse(each.body);
    if (!each.name.starts_with(prefix) || !is_about(body, metric, name_space)) continue;
    body["filterName"] = each.name;
    body["logGroupName"] = each.scope;
    body["creationTime"] = each.created_ms;
    keys.push_back(each.name + '\n' + each.scope);
    filters.push_back(std::move(body));
  }
  const ListPage page = page_of(call.input, keys, limit);
  json answer = {{"metricFilters", json::array()}};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    answer["metricFilters"].push_back(std::move(filters[i]));
  }
  if (!page.next.empty()) answer["nextToken"] = page.next;
  return answer.dump();
}

LogsAnswer delete_filter(const LogsCall& call) {
  const std::string name = TRACERY_TRY(required_text(call.input, "filterName"));
  const std::string group = TRACERY_TRY(required_text(call.input, "logGroupName"));
  TRACERY_TRY(cwlogs::check_filter_name(name));
  TRACERY_TRY(cwlogs::check_group_name(group));
  TRACERY_TRY(call.logs().documents.remove(kKind, group, name));
  TRACERY_TRY(forget_filter(call, kKind, group, name));
  return std::string();
}

LogsAnswer test_filter(const LogsCall& call) {
  constexpr std::size_t kMessagesMax = 50;
  const std::string text = TRACERY_TRY(required_text(call.input, "filterPattern"));
  TRACERY_TRY(cwlogs::check_filter_pattern(text));
  const auto pattern = TRACERY_TRY(cwlogs::FilterPattern::parse(text));
  const auto messages = texts_of(call.input, "logEventMessages");
  if (messages.empty() || messages.size() > kMessagesMax) {
    return cwlogs::broken_rule(std::to_string(messages.size()), "logEventMessages",
                               messages.empty()
                                   ? "Member must have length greater than or equal to 1"
                                   : "Member must have length less than or equal to 50");
  }
  JsonWriter answer;
  answer.begin_object().key("matches").begin_array();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (!pattern.matches(messages[i])) continue;
    answer.begin_object().field("eventNumber", static_cast<std::uint64_t>(i + 1));
    answer.field("eventMessage", messages[i]).key("extractedValues").begin_object();
    for (const auto& each : pattern.extract(messages[i])) answer.field(each.name, each.value);
    answer.end_object().end_object();
  }
  return answer.end_array().end_object().take();
}

}  // namespace

std::span<const LogsOperation> logs_metric_filter_operations() {
  static constexpr std::array kOperations = {
      LogsOperation{"PutMetricFilter", put_filter},
      LogsOperation{"DescribeMetricFilters", describe_filters},
      LogsOperation{"DeleteMetricFilter", delete_filter},
      LogsOperation{"TestMetricFilter", test_filter},
  };
  return kOperations;
}

}  // namespace tracery::api
