// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "api/aws_caller.h"
#include "api/aws_errors.h"
#include "api/services.h"
#include "base/result.h"
#include "net/request_handler.h"

namespace tracery::api {

/// A call of one operation of the Logs API.
struct LogsCall {
  Services& services;
  const AwsCaller& caller;
  const nlohmann::json& input;  ///< An object.

  app::Logs& logs() const { return *services.logs; }
  const std::string& region() const { return caller.region; }
  const std::string& account() const { return services.facts.aws_account_id; }
  std::int64_t now_ms() const;
  /// "arn:aws:logs:<region>:<account>:<resource>"
  std::string arn(std::string_view resource) const;
};

/// What an operation answers: a JSON document ("" when it has no output), or an exception.
class LogsAnswer {
 public:
  LogsAnswer(std::string json) : json_(std::move(json)) {}  // NOLINT(google-explicit-constructor)
  LogsAnswer(AwsError error)                                // NOLINT(google-explicit-constructor)
      : error_(std::move(error)) {}
  /// The exception that our error is, see `to_logs_error`.
  /// One that is ready.
  LogsAnswer(net::Response response)  // NOLINT(google-explicit-constructor)
      : ready_(std::move(response)) {}
  LogsAnswer(const Error& error);  // NOLINT(google-explicit-constructor)

  net::Response response() const;

 private:
  std::string json_;
  std::optional<AwsError> error_;
  std::optional<net::Response> ready_;
};

/// kInvalid: InvalidParameterException, kNotFound: ResourceNotFoundException, kConflict:
/// ResourceAlreadyExistsException, kForbidden: ValidationException (members that exclude each
/// other, protected things), kTooLarge: LimitExceededException.
AwsError to_logs_error(const Error& error);

struct LogsOperation {
  std::string_view name;  ///< "CreateLogGroup"
  LogsAnswer (*run)(const LogsCall& call);
};

std::span<const LogsOperation> logs_group_operations();
std::span<const LogsOperation> logs_stream_operations();
std::span<const LogsOperation> logs_tag_operations();
std::span<const LogsOperation> logs_read_operations();
std::span<const LogsOperation> logs_metric_filter_operations();
std::span<const LogsOperation> logs_subscription_operations();
std::span<const LogsOperation> logs_query_definition_operations();
std::span<const LogsOperation> logs_lookup_table_operations();
std::span<const LogsOperation> logs_policy_operations();
std::span<const LogsOperation> logs_delivery_operations();
std::span<const LogsOperation> logs_query_operations();

// Members of an input. What has the wrong type counts as absent.

std::string text_of(const nlohmann::json& input, const char* name);
/// kInvalid when the member is absent.
Result<std::string> required_text(const nlohmann::json& input, const char* name);
std::optional<std::int64_t> number_of(const nlohmann::json& input, const char* name);
std::vector<std::string> texts_of(const nlohmann::json& input, const char* name);

/// `limit` within 1 and `most`, else `usual`.
Result<std::size_t> limit_of(const nlohmann::json& input, std::size_t usual, std::size_t most,
                             const char* name = "limit");

/// The group that `logGroupName` or `logGroupIdentifier` names. kForbidden when both are given.
Result<std::string> group_argument(const nlohmann::json& input);

/// Deletes a group, what is kept with it, and its events, for good. kNotFound; kForbidden when it
/// is protected.
Status delete_log_group(Services& services, const std::string& name);

/// Notes that a new filter ("metric_filter", "subscription_filter") counts from now on.
Status start_filter(const LogsCall& call, const std::string& kind, const std::string& group,
                    const std::string& name);
/// Forgets how far it has come.
Status forget_filter(const LogsCall& call, const std::string& kind, const std::string& group,
                     const std::string& name);

/// The items of one page of a list, and the token of the next.
struct ListPage {
  std::size_t begin = 0, end = 0;
  std::string next;  ///< "" on the last page.
};
/// `keys` in the order of the list, ascending (or descending) and all different; a token is the
/// last one shown.
ListPage page_of(const nlohmann::json& input, const std::vector<std::string>& keys,
                 std::size_t limit, bool is_descending = false);

}  // namespace tracery::api
