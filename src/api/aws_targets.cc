// SPDX-License-Identifier: Apache-2.0
#include "api/aws_targets.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/aws_caller.h"
#include "api/aws_errors.h"
#include "api/json_body.h"
#include "api/logs_call.h"
#include "api/logs_put.h"
#include "api/logs_tail.h"
#include "api/sts_api.h"
#include "base/compression.h"

namespace tracery::api {
namespace {

constexpr std::string_view kTargetHeader = "x-amz-target";
constexpr std::string_view kLogsService = "Logs_20140328.";
constexpr std::size_t kBodyBytesMax = 16ULL << 20;

bool is_form_post(const net::Request& request) {
  return request.method == "POST" &&
         request.headers.get("content-type").starts_with("application/x-www-form-urlencoded");
}

net::Response failure(const Error& error) {
  return aws_error_response(AwsProtocol::kJson11, to_logs_error(error));
}

/// Replaces a packed body by what is in it.
Status unpack_body(net::Request& request) {
  const auto compression = parse_compression(request.headers.get("content-encoding"));
  if (!compression) {
    return Error{ErrorCode::kMalformed, "unsupported content-encoding: " +
                                            std::string(request.headers.get("content-encoding"))};
  }
  if (*compression == Compression::kIdentity) return {};
  request.body = TRACERY_TRY(decompress(*compression, request.body, kBodyBytesMax));
  return {};
}

}  // namespace

bool is_aws_target(const net::Request& request) {
  if (request.method != "POST") return false;
  if (request.headers.has(kTargetHeader)) return true;
  return request.path == "/" && is_form_post(request);
}

struct AwsTargets::Operations {
  std::unordered_map<std::string_view, LogsAnswer (*)(const LogsCall&)> by_name;

  Operations() {
    for (const auto& some :
         {logs_group_operations(), logs_stream_operations(), logs_tag_operations(),
          logs_read_operations(), logs_metric_filter_operations(), logs_subscription_operations(),
          logs_query_definition_operations(), logs_policy_operations(), logs_delivery_operations(),
          logs_query_operations(), logs_lookup_table_operations()}) {
      for (const LogsOperation& operation : some) by_name.emplace(operation.name, operation.run);
    }
  }
};

AwsTargets::AwsTargets(Services& services)
    : services_(services), operations_(std::make_unique<Operations>()) {}

AwsTargets::~AwsTargets() = default;

void AwsTargets::handle(const std::shared_ptr<Call>& call) const {
  Services& services = services_;
  const AwsCaller caller = identify_aws(services, *call);
  const std::string target(call->request.headers.get(kTargetHeader));
  if (caller.refusal) {
    call->respond(aws_error_response(AwsProtocol::kJson11, *caller.refusal));
    return;
  }
  if (target.empty()) {
    call->respond(sts_response(services, caller, call->request));
    return;
  }
  const bool is_logs = target.starts_with(kLogsService);
  const std::string name = is_logs ? target.substr(kLogsService.size()) : std::string();
  if (Status unpacked = unpack_body(call->request); !unpacked.ok()) {
    call->respond(failure(unpacked.error()));
    return;
  }
  if (name == "PutLogEvents" && caller.may_send) {
    put_log_events(services, call);
    return;
  }
  const auto found = operations_->by_name.find(name);
  const bool is_tail = name == "StartLiveTail";
  if (found == operations_->by_name.end() && !is_tail && name != "PutLogEvents") {
    call->respond(failure({ErrorCode::kUnsupported, "unknown operation: " + target}));
    return;
  }
  if (!caller.may_manage) {
    call->respond(aws_error_response(AwsProtocol::kJson11, access_denied(caller)));
    return;
  }
  const auto run = is_tail ? nullptr : found->second;
  const auto handler = on_worker(services, [&services, caller, run](const Call& each) {
    static const std::string kNothing = "{}";
    const auto input = parse_object(each.request.body.empty() ? kNothing : each.request.body);
    if (!input.ok()) return failure(input.error());
    const LogsCall logs_call{services, caller, *input};
    return run == nullptr ? start_live_tail(logs_call) : run(logs_call).response();
  });
  handler(call);
}

}  // namespace tracery::api
