// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/xray_api.h"
#include "api/xray_operation.h"
#include "api/xray_services.h"
#include "base/time.h"

namespace tracery::api {
namespace {

using nlohmann::json;

constexpr const char* kEncryption = "encryption";
constexpr const char* kPolicy = "policy";
constexpr const char* kIndexing = "indexing";
constexpr const char* kDestination = "destination";
constexpr std::size_t kPoliciesMax = 5;
constexpr std::size_t kPolicyBytesMax = 5 * 1024;

double to_seconds(std::int64_t time_ns) {
  return static_cast<double>(time_ns) / static_cast<double>(kNsPerSecond);
}

AwsError fault(const char* code, const std::string& message) { return {400, code, message, {}}; }

Result<json> read(XrayServices& xray, const char* topic, json otherwise) {
  const auto body = TRACERY_TRY(xray.settings.find(topic));
  return body ? json::parse(*body) : std::move(otherwise);
}

// Encryption: kept and shown; the store is as encrypted as the disk it lies on.

XrayAnswer get_encryption(Services& services, const XrayCall&) {
  json config = TRACERY_TRY(read(*services.xray, kEncryption, {{"Type", "NONE"}}));
  config["Status"] = "ACTIVE";
  return json{{"EncryptionConfig", config}}.dump();
}

XrayAnswer put_encryption(Services& services, const XrayCall& call) {
  const std::string type = text_member(call.body, "Type");
  const std::string key = text_member(call.body, "KeyId");
  if (type != "NONE" && type != "KMS") {
    return Error{ErrorCode::kInvalid, "Type must be NONE or KMS"};
  }
  if ((type == "KMS") == key.empty()) {
    return Error{ErrorCode::kInvalid, "KeyId is for Type KMS, which needs it"};
  }
  json config = {{"Type", type}};
  if (!key.empty()) config["KeyId"] = key;
  TRACERY_TRY(services.xray->settings.put(kEncryption, {}, config.dump()));
  config["Status"] = "UPDATING";
  return json{{"EncryptionConfig", config}}.dump();
}

// Resource policies: kept and shown; who may do what is decided by keys.

bool is_policy_name(const std::string& name) {
  constexpr std::string_view kSigns = "_+=,.@-";
  return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           kSigns.find(c) != std::string_view::npos;
  });
}

/// Nothing, or why the caller's revision does not allow the change.
std::optional<AwsError> check_revision(const json& body, const std::optional<std::string>& stored) {
  const std::string wanted = text_member(body, "PolicyRevisionId");
  if (wanted.empty()) return std::nullopt;
  const std::string current = stored ? text_member(json::parse(*stored), "PolicyRevisionId") : "0";
  if (wanted == current) return std::nullopt;
  return fault("InvalidPolicyRevisionIdException", "The policy's revision is another: " + current);
}

XrayAnswer put_policy(Services& services, const XrayCall& call) {
  app::XraySettings& settings = services.xray->settings;
  const std::string name = text_member(call.body, "PolicyName");
  const std::string document = text_member(call.body, "PolicyDocument");
  if (!is_policy_name(name)) return Error{ErrorCode::kInvalid, "PolicyName is missing or bad"};
  if (document.size() > kPolicyBytesMax) {
    return fault("PolicySizeLimitExceededException", "A policy has at most 5 KB");
  }
  if (!parse_object(document).ok()) {
    return fault("MalformedPolicyDocumentException", "PolicyDocument is not a JSON object");
  }
  const auto stored = TRACERY_TRY(settings.find(kPolicy, name));
  if (auto error = check_revision(call.body, stored)) return *std::move(error);
  if (!stored && TRACERY_TRY(settings.list(kPolicy)).size() >= kPoliciesMax) {
    return fault("PolicyCountLimitExceededException", "There are at most 5 policies");
  }
  const std::string revision = stored ? text_member(json::parse(*stored), "PolicyRevisionId") : "0";
  const json policy = {{"PolicyName", name},
                       {"PolicyDocument", document},
                       {"PolicyRevisionId", std::to_string(std::stoll(revision) + 1)},
                       {"LastUpdatedTime", to_seconds(services.clock.now_ns())}};
  TRACERY_TRY(settings.put(kPolicy, name, policy.dump()));
  return json{{"ResourcePolicy", policy}}.dump();
}

XrayAnswer list_policies(Services& services, const XrayCall&) {
  json policies = json::array();
  for (const std::string& policy : TRACERY_TRY(services.xray->settings.list(kPolicy))) {
    policies.push_back(json::parse(policy));
  }
  return json{{"ResourcePolicies", policies}}.dump();
}

XrayAnswer delete_policy(Services& services, const XrayCall& call) {
  const std::string name = text_member(call.body, "PolicyName");
  const auto stored = TRACERY_TRY(services.xray->settings.find(kPolicy, name));
  if (auto error = check_revision(call.body, stored)) return *std::move(error);
  TRACERY_TRY(services.xray->settings.remove(kPolicy, name));
  return std::string("{}");
}

// Indexing: one rule, kept and shown; every trace is indexed whatever it says.

Result<json> indexing_rule(Services& services) {
  return read(*services.xray, kIndexing,
              {{"Name", "Default"},
               {"ModifiedAt", 0},
               {"Rule",
                {{"Probabilistic",
                  {{"DesiredSamplingPercentage", 100}, {"ActualSamplingPercentage", 100}}}}}});
}

XrayAnswer get_indexing_rules(Services& services, const XrayCall&) {
  return json{{"IndexingRules", json::array({TRACERY_TRY(indexing_rule(services))})}}.dump();
}

XrayAnswer update_indexing_rule(Services& services, const XrayCall& call) {
  if (text_member(call.body, "Name") != "Default") {
    return AwsError{404, "ResourceNotFoundException", "There is one indexing rule: Default",
                    text_member(call.body, "Name")};
  }
  const json::json_pointer pointer("/Rule/Probabilistic/DesiredSamplingPercentage");
  const bool is_good = call.body.contains(pointer) && call.body.at(pointer).is_number() &&
                       call.body.at(pointer) >= 0 && call.body.at(pointer) <= 100;
  if (!is_good) {
    return Error{ErrorCode::kInvalid, "DesiredSamplingPercentage must be between 0 and 100"};
  }
  json rule = TRACERY_TRY(indexing_rule(services));
  rule[pointer] = call.body.at(pointer);
  rule["ModifiedAt"] = to_seconds(services.clock.now_ns());
  TRACERY_TRY(services.xray->settings.put(kIndexing, {}, rule.dump()));
  return json{{"IndexingRule", rule}}.dump();
}

// Where segments go: kept and shown; they are stored as events either way.

XrayAnswer get_destination(Services& services, const XrayCall&) {
  json answer = TRACERY_TRY(read(*services.xray, kDestination, {{"Destination", "XRay"}}));
  answer["Status"] = "ACTIVE";
  return answer.dump();
}

XrayAnswer update_destination(Services& services, const XrayCall& call) {
  const std::string destination = text_member(call.body, "Destination");
  if (destination != "XRay" && destination != "CloudWatchLogs") {
    return Error{ErrorCode::kInvalid, "Destination must be XRay or CloudWatchLogs"};
  }
  json answer = {{"Destination", destination}};
  TRACERY_TRY(services.xray->settings.put(kDestination, {}, answer.dump()));
  answer["Status"] = "PENDING";
  return answer.dump();
}

// Telemetry of daemons.

std::uint64_t sum_of(const json& object) {
  std::uint64_t sum = 0;
  if (!object.is_object()) return 0;
  for (const auto& [name, value] : object.items()) {
    if (value.is_number_unsigned()) sum += value.get<std::uint64_t>();
  }
  return sum;
}

std::uint64_t count_of(const json& record, const char* name) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(int_member(record, name), 0));
}

XrayAnswer put_telemetry(Services& services, const XrayCall& call) {
  const auto records = call.body.find("TelemetryRecords");
  if (records == call.body.end() || !records->is_array()) {
    return Error{ErrorCode::kInvalid, "TelemetryRecords must be a list"};
  }
  app::XraySender sender{.hostname = text_member(call.body, "Hostname"),
                         .instance_id = text_member(call.body, "EC2InstanceId"),
                         .resource_arn = text_member(call.body, "ResourceARN"),
                         .last_seen_ns = services.clock.now_ns(),
                         .counts = {}};
  for (const json& record : *records) {
    sender.counts.received += count_of(record, "SegmentsReceivedCount");
    sender.counts.sent += count_of(record, "SegmentsSentCount");
    sender.counts.spilled += count_of(record, "SegmentsSpilloverCount");
    sender.counts.rejected += count_of(record, "SegmentsRejectedCount");
    if (record.is_object() && record.contains("BackendConnectionErrors")) {
      sender.counts.connection_errors += sum_of(record["BackendConnectionErrors"]);
    }
  }
  services.xray->senders.report(sender);
  return std::string("{}");
}

}  // namespace

void add_xray_setting_routes(Router& router, Services& services) {
  const auto add = [&](const char* path, XrayAnswer (*work)(Services&, const XrayCall&),
                       XrayRight right = XrayRight::kManage) {
    router.add("POST", path,
               xray_operation(services, right, [&services, work](const XrayCall& call) {
                 return work(services, call);
               }));
  };
  add("/EncryptionConfig", get_encryption);
  add("/PutEncryptionConfig", put_encryption);
  add("/PutResourcePolicy", put_policy);
  add("/ListResourcePolicies", list_policies);
  add("/DeleteResourcePolicy", delete_policy);
  add("/GetIndexingRules", get_indexing_rules);
  add("/UpdateIndexingRule", update_indexing_rule);
  add("/GetTraceSegmentDestination", get_destination);
  add("/UpdateTraceSegmentDestination", update_destination);
  add("/TelemetryRecords", put_telemetry, XrayRight::kSend);
}

}  // namespace tracery::api
