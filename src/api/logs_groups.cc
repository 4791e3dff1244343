// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include "api/json_body.h"
#include "api/logs_call.h"
#include "app/logs.h"
#include "base/json_writer.h"
#include "model/names.h"
#include "protocols/cwlogs/limits.h"
#include "protocols/cwlogs/names.h"

namespace tracery::api {

Status delete_log_group(Services& services, const std::string& name) {
  app::Logs& logs = *services.logs;
  const std::int64_t sequence = TRACERY_TRY(logs.groups->remove(name));
  TRACERY_TRY(logs.documents.remove_scope(name));
  logs.filters_changed();
  const auto catalogue = services.store.snapshot()->catalogue;
  const auto dataset = catalogue->datasets.find(name);
  if (dataset == catalogue->datasets.end()) return {};
  // A service of that name keeps what it sent by OTLP.
  for (const std::string_view column : {model::names::kSpanId, std::string_view("severity_code")}) {
    if (!dataset->second.columns.contains(column)) continue;
    return services.store.remove_rows(name, {std::string(model::names::kSource), "cloudwatch",
                                             std::string(cwlogs::names::kSequence), sequence});
  }
  return services.store.remove_datasets({name});
}

namespace {

constexpr std::size_t kPageMax = 50;

/// ListLogGroups and the name filters of DescribeLogGroups.
template <typename Keep>
std::vector<app::LogGroup> groups_that(const LogsCall& call, const Keep& keep) {
  std::vector<app::LogGroup> groups = call.logs().groups->list();
  std::erase_if(groups, [&](const app::LogGroup& group) { return !keep(group); });
  return groups;
}

std::vector<std::string> names_of(const std::vector<app::LogGroup>& groups) {
  std::vector<std::string> names;
  for (const app::LogGroup& group : groups) names.push_back(group.name);
  return names;
}

LogsAnswer create_group(const LogsCall& call) {
  const std::string name = TRACERY_TRY(required_text(call.input, "logGroupName"));
  TRACERY_TRY(cwlogs::check_group_name(name));
  if (name.starts_with("aws/")) {
    return AwsError{400,
                    "InvalidParameterException",
                    "Log groups starting with AWS/ are reserved for AWS.",
                    {}};
  }
  app::LogGroupSettings settings;
  settings.kms_key = text_of(call.input, "kmsKeyId");
  settings.log_class = text_member(call.input, "logGroupClass", "STANDARD");
  settings.is_protected = bool_member(call.input, "deletionProtectionEnabled");
  TRACERY_TRY(call.logs().groups->create(name, settings));
  const auto tags = call.input.find("tags");
  if (tags != call.input.end() && tags->is_object() && !tags->empty()) {
    TRACERY_TRY(call.logs().documents.put("tags", name, "", tags->dump()));
  }
  return std::string();
}

LogsAnswer delete_group(const LogsCall& call) {
  const std::string name = TRACERY_TRY(required_text(call.input, "logGroupName"));
  TRACERY_TRY(delete_log_group(call.services, name));
  return std::string();
}

struct GroupForm {
  bool is_by_pattern = false;  ///< AWS leaves some members out then.
};

void write_group(JsonWriter& json, const LogsCall& call, const app::LogGroup& group,
                 std::size_t metric_filters, const GroupForm& form) {
  const std::string arn = call.arn("log-group:" + group.name);
  json.begin_object().field("logGroupName", group.name);
  json.field("creationTime", group.created_ms);
  if (group.settings.retention_days > 0) {
    json.field("retentionInDays", group.settings.retention_days);
  }
  json.field("metricFilterCount", static_cast<std::uint64_t>(metric_filters));
  json.field("arn", arn + ":*").field("logGroupArn", arn);
  if (!form.is_by_pattern) {
    json.field("storedBytes", group.stored_bytes);
    json.field("deletionProtectionEnabled", group.settings.is_protected);
  }
  if (!group.settings.kms_key.empty()) json.field("kmsKeyId", group.settings.kms_key);
  json.field("logGroupClass", group.settings.log_class);
  if (group.settings.takes_bearer) json.field("bearerTokenAuthenticationEnabled", true);
  json.end_object();
}

LogsAnswer describe_groups(const LogsCall& call) {
  const std::string prefix = text_of(call.input, "logGroupNamePrefix");
  const std::string pattern = text_of(call.input, "logGroupNamePattern");
  if (!prefix.empty() && !pattern.empty()) {
    return AwsError{400,
                    "InvalidParameterException",
                    "LogGroup name prefix and LogGroup name pattern are mutually exclusive "
                    "parameters.",
                    {}};
  }
  const std::size_t limit = TRACERY_TRY(limit_of(call.input, kPageMax, kPageMax));
  const std::string wanted_class = text_of(call.input, "logGroupClass");
  std::vector<std::string> wanted;
  for (const std::string& identifier : texts_of(call.input, "logGroupIdentifiers")) {
    wanted.push_back(TRACERY_TRY(cwlogs::group_of_identifier(identifier)));
  }
  const auto groups = groups_that(call, [&](const app::LogGroup& group) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), group.name) == wanted.end()) {
      return false;
    }
    return group.name.starts_with(prefix) && group.name.find(pattern) != std::string::npos &&
           (wanted_class.empty() || group.settings.log_class == wanted_class);
  });
  const ListPage page = page_of(call.input, names_of(groups), limit);
  JsonWriter json;
  json.begin_object().key("logGroups").begin_array();
  for (std::size_t i = page.begin; i < page.end; ++i) {
    const auto filters = TRACERY_TRY(call.logs().documents.list("metric_filter", groups[i].name));
    write_group(json, call, groups[i], filters.size(), {.is_by_pattern = !pattern.empty()});
  }
  json.end_array();
  if (!page.next.empty()) json.field("nextToken", page.next);
  return json.end_object().take();
}

LogsAnswer list_groups(const LogsCall& call) {
  constexpr std::size_t kListMax = 1000;
  const std::string pattern = text_of(call.input, "logGroupNamePattern");
  const std::size_t limit = TRACERY_TRY(limit_of(call.input, kPageMax, kListMax));
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 regex(pattern, options);
  if (!regex.ok()) {
    return AwsError{400, "InvalidParameterException", "Invalid logGroupNamePattern", {}};
  }
  const std::string wanted_class = text_of(call.input, "logGroupClass");
  const auto groups = groups_that(call, [&](const app::LogGroup& group) {
    return RE2::PartialMatch(group.name, regex) &&
           (wanted_class.empty() || group.settings.log_class == wanted_class);
  });
  const ListPage page = page_of(call.input, names_of(groups), limit);
  JsonWriter json;
  json.begin_object().key("logGroups").begin_array();
  for (std::size_t i = page.begin; i < page.end; ++i) {
    json.begin_object().field("logGroupName", groups[i].name);
    json.field("logGroupArn", call.arn("log-group:" + groups[i].name));
    json.field("logGroupClass", groups[i].settings.log_class).end_object();
  }
  json.end_array();
  if (!page.next.empty()) json.field("nextToken", page.next);
  return json.end_object().take();
}

/// A change of one setting; no output.
LogsAnswer change(const LogsCall& call, const std::string& group,
                  const std::function<void(app::LogGroupSettings&)>& set) {
  TRACERY_TRY(call.logs().groups->change(group, set));
  return std::string();
}

LogsAnswer put_retention(const LogsCall& call) {
  const std::string name = TRACERY_TRY(required_text(call.input, "logGroupName"));
  const std::int64_t days = number_of(call.input, "retentionInDays").value_or(0);
  TRACERY_TRY(cwlogs::check_retention_days(days));
  return change(call, name,
                [&](app::LogGroupSettings& settings) { settings.retention_days = days; });
}

LogsAnswer delete_retention(const LogsCall& call) {
  const std::string name = TRACERY_TRY(required_text(call.input, "logGroupName"));
  return change(call, name, [](app::LogGroupSettings& settings) { settings.retention_days = 0; });
}

/// The KMS operations name a group, or a resource by its ARN.
Result<std::string> keyed_group(const LogsCall& call) {
  const std::string arn = text_of(call.input, "resourceIdentifier");
  if (!arn.empty()) return cwlogs::group_of_identifier(arn);
  return required_text(call.input, "logGroupName");
}

LogsAnswer associate_key(const LogsCall& call) {
  const std::string name = TRACERY_TRY(keyed_group(call));
  const std::string key = TRACERY_TRY(required_text(call.input, "kmsKeyId"));
  return change(call, name, [&](app::LogGroupSettings& settings) { settings.kms_key = key; });
}

LogsAnswer disassociate_key(const LogsCall& call) {
  const std::string name = TRACERY_TRY(keyed_group(call));
  return change(call, name, [](app::LogGroupSettings& settings) { settings.kms_key.clear(); });
}

LogsAnswer put_protection(const LogsCall& call) {
  const std::string name = TRACERY_TRY(group_argument(call.input));
  const bool is_protected = bool_member(call.input, "deletionProtectionEnabled");
  return change(call, name,
                [&](app::LogGroupSettings& settings) { settings.is_protected = is_protected; });
}

LogsAnswer put_bearer(const LogsCall& call) {
  const std::string name = TRACERY_TRY(group_argument(call.input));
  const bool takes_bearer = bool_member(call.input, "bearerTokenAuthenticationEnabled");
  return change(call, name,
                [&](app::LogGroupSettings& settings) { settings.takes_bearer = takes_bearer; });
}

}  // namespace

std::span<const LogsOperation> logs_group_operations() {
  static constexpr std::array kOperations = {
      LogsOperation{"CreateLogGroup", create_group},
      LogsOperation{"DeleteLogGroup", delete_group},
      LogsOperation{"DescribeLogGroups", describe_groups},
      LogsOperation{"ListLogGroups", list_groups},
      LogsOperation{"PutRetentionPolicy", put_retention},
      LogsOperation{"DeleteRetentionPolicy", delete_retention},
      LogsOperation{"AssociateKmsKey", associate_key},
      LogsOperation{"DisassociateKmsKey", disassociate_key},
      LogsOperation{"PutLogGroupDeletionProtection", put_protection},
      LogsOperation{"PutBearerTokenAuthentication", put_bearer},
  };
  return kOperations;
}

}  // namespace tracery::api
