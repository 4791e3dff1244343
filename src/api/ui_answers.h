// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "api/router.h"
#include "api/services.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "model/event.h"
#include "query/spec.h"

namespace tracery::api {

/// An Error as the UI's API writes it: {"code","message","hint"}.
net::Response ui_error(const Error& error, std::string_view hint = {});
std::string ui_error_json(const Error& error, std::string_view hint = {});

/// A handler of the UI's API: refuses foreign origins and missing keys, runs on the worker pool,
/// forbids caching.
Handler ui_handler(Services& services, std::function<Result<net::Response>(const Call&)> work);
/// The refusal for this request, if any: for handlers that answer as streams.
std::optional<net::Response> refuse_ui_call(const Call& call);

net::Response ui_json(int status, std::string body);

struct TimeRange {
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;  ///< Exclusive.
};
/// The parameter `t`: "2h", or "<from_ms>..<to_ms>". kInvalid for anything else; two hours when "".
Result<TimeRange> parse_time_range(std::string_view text, std::int64_t now_ns);

/// Members start_ms and end_ms of a request body.
Result<TimeRange> range_of(const nlohmann::json& body);
/// Members filters and filter_combination of a request body, as in a query specification.
Result<query::FilterSet> filters_of(const nlohmann::json& body, std::int64_t now_ns);

/// Whole milliseconds as a number; nanoseconds as a decimal string.
std::int64_t to_ms(std::int64_t time_ns);
std::string ns_text(std::int64_t ns);

/// A field's value: integers past 2^53 and numbers JSON cannot write become strings.
void write_value(JsonWriter& json, const model::Value& value);
/// {"name":value,…}
void write_fields(JsonWriter& json, const std::vector<model::Field>& fields);

/// Writes server-sent events into a streaming response. Thread-safe.
class EventStream {
 public:
  explicit EventStream(std::shared_ptr<net::BodyStream> body) : body_(std::move(body)) {}
  /// False once the client is gone.
  bool send(std::string_view name, std::string_view json_line);
  bool comment(std::string_view text);
  void close() { body_->close(); }

 private:
  std::shared_ptr<net::BodyStream> body_;
};

/// A response that begins with ": ok" and stays open for `run`.
net::Response event_stream_response(std::function<void(std::shared_ptr<EventStream>)> run);

}  // namespace tracery::api
