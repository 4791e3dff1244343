// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <mutex>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/rollbar_api.h"
#include "api/url.h"
#include "app/errors.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "protocols/rollbar/answers.h"

namespace tracery::api {
namespace {

constexpr std::size_t kBatchMax = 10'000;

/// The address a request came from. A proxy on this machine is believed who it was that called it.
std::string remote_ip(const net::Request& request) {
  std::string peer = request.peer.substr(0, request.peer.rfind(':'));
  if (peer.starts_with('[')) peer = peer.substr(1, peer.size() - 2);
  const bool is_local = peer.starts_with("127.") || peer == "::1";
  const std::string_view forwarded = request.headers.get("x-forwarded-for");
  if (!is_local || forwarded.empty()) return peer;
  return std::string(forwarded.substr(0, forwarded.find(',')));
}

void add_limit_headers(net::Response& response, const app::RateLimit& limit) {
  const auto add = [&](const char* name, std::int64_t number) {
    response.headers.emplace_back(name, std::to_string(number));
  };
  add("X-Rate-Limit-Limit", limit.limit);
  add("X-Rate-Limit-Remaining", limit.remaining);
  add("X-Rate-Limit-Reset", limit.reset_s);
  add("X-Rate-Limit-Remaining-Seconds", limit.remaining_s);
  // Clients send recordings of sessions only where they are told to.
  response.headers.emplace_back("Rollbar-Replay-Enabled", "false");
}

/// Shared by the two ends of one submission: what the token's limit was when it came.
using Limit = std::shared_ptr<app::RateLimit>;

Result<app::ErrorGrant> grant(Services& services, const Call& call, const std::string& body_token,
                              const Limit& limit) {
  const RollbarAccess access = TRACERY_TRY(rollbar_access(services, call, body_token));
  if (!access.may(app::kPostServerItem) && !access.may(app::kPostClientItem)) {
    return Error{ErrorCode::kForbidden, "access token lacks the scope post_server_item"};
  }
  *limit =
      services.errors->rate_limits().take(access.token, access.window_seconds, access.window_count,
                                          services.clock.now_ns() / kNsPerSecond);
  if (!limit->is_allowed) {
    return Error{ErrorCode::kOverloaded, "rate limit exceeded for this access token"};
  }
  return app::ErrorGrant{access.project.name, !access.may(app::kPostServerItem)};
}

net::Response item_response(const Result<std::string>& stored, const app::RateLimit& limit) {
  net::Response response;
  if (stored.ok()) {
    response = json_response(200, rollbar::encode_accepted(*stored));
  } else {
    response = rollbar_error(stored.error());
    if (!limit.is_allowed) {
      std::erase_if(response.headers, [](const auto& each) { return each.first == "Retry-After"; });
      response.headers.emplace_back("Retry-After", std::to_string(limit.remaining_s));
    }
  }
  add_limit_headers(response, limit);
  return response;
}

/// Old SDKs send a form with the JSON in one of its fields.
std::string take_body(net::Request& request) {
  const bool is_form =
      request.headers.get("content-type").starts_with("application/x-www-form-urlencoded") &&
      request.body.starts_with("payload=");
  return is_form ? QueryParameters(request.body).get("payload") : std::move(request.body);
}

void submit(Services& services, const std::shared_ptr<Call>& call, std::string body,
            Compression compression, const Limit& limit, app::ErrorIntake::Done done) {
  app::ErrorSubmission submission;
  submission.body = std::move(body);
  submission.compression = compression;
  submission.remote_ip = remote_ip(call->request);
  submission.authorize = [&services, call, limit](const std::string& body_token) {
    return grant(services, *call, body_token, limit);
  };
  services.errors->intake().accept(std::move(submission), std::move(done));
}

Result<Compression> check_body(const net::Request& request) {
  const auto encoding = request.headers.get("content-encoding");
  const auto compression = parse_compression(encoding);
  if (!compression) {
    return Error{ErrorCode::kUnsupported, "unsupported content-encoding: " + std::string(encoding)};
  }
  if (request.body.empty()) return Error{ErrorCode::kMalformed, "request body is empty"};
  return *compression;
}

void accept_item(Services& services, const std::shared_ptr<Call>& call) {
  const auto limit = std::make_shared<app::RateLimit>();
  const auto compression = check_body(call->request);
  if (!compression.ok()) {
    call->respond(item_response(compression.error(), *limit));
    return;
  }
  if (call->request.body.size() > app::ErrorIntake::kBodyBytesMax) {
    call->respond(item_response(
        Error{ErrorCode::kTooLarge, "request entity too large: at most 1048576 bytes"}, *limit));
    return;
  }
  submit(services, call, take_body(call->request), *compression, limit,
         [call, limit](const Result<std::string>& stored) {
           call->respond(item_response(stored, *limit));
         });
}

/// Gathers the answers to the payloads of a batch; the last one answers the request.
struct Batch {
  std::mutex mutex;  // results, missing
  std::vector<Result<std::string>> results;
  std::size_t missing = 0;
};

std::string encode_batch(const std::vector<Result<std::string>>& results) {
  JsonWriter json;
  json.begin_array();
  for (const auto& result : results) {
    json.begin_object();
    if (result.ok()) {
      json.field("err", 0).field("uuid", *result);
    } else {
      json.field("err", 1).field("message", result.error().message);
    }
    json.end_object();
  }
  return json.end_array().take();
}

Result<std::vector<std::string>> split_batch(const net::Request& request, Compression compression) {
  constexpr std::size_t kBatchBytesMax = 64ULL << 20;
  const std::string body = compression == Compression::kIdentity
                               ? request.body
                               : TRACERY_TRY(decompress(compression, request.body, kBatchBytesMax));
  const auto list = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!list.is_array()) return Error{ErrorCode::kMalformed, "request body is not a JSON list"};
  if (list.size() > kBatchMax) {
    return Error{ErrorCode::kTooLarge, "too many items in a batch: " + std::to_string(list.size())};
  }
  std::vector<std::string> bodies;
  for (const auto& each : list) {
    bodies.push_back(each.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  return bodies;
}

void accept_batch(Services& services, const std::shared_ptr<Call>& call) {
  const auto limit = std::make_shared<app::RateLimit>();
  const auto compression = check_body(call->request);
  if (!compression.ok()) {
    call->respond(item_response(compression.error(), *limit));
    return;
  }
  auto bodies = split_batch(call->request, *compression);
  if (!bodies.ok()) {
    call->respond(item_response(bodies.error(), *limit));
    return;
  }
  if (bodies->empty()) {
    call->respond(rollbar_result("[]"));
    return;
  }
  const auto batch = std::make_shared<Batch>();
  batch->results.assign(bodies->size(), Error{ErrorCode::kInternal, "not answered"});
  batch->missing = bodies->size();
  for (std::size_t i = 0; i < bodies->size(); ++i) {
    submit(services, call, std::move((*bodies)[i]), Compression::kIdentity, limit,
           [call, batch, i](Result<std::string> stored) {
             const std::lock_guard lock(batch->mutex);
             batch->results[i] = std::move(stored);
             if (--batch->missing > 0) return;
             call->respond(rollbar_result(encode_batch(batch->results)));
           });
  }
}

/// Recordings of sessions are not kept; their clients want an answer all the same.
void accept_session(const std::shared_ptr<Call>& call) {
  net::Response response = json_response(200, R"({"err":0})");
  response.headers.emplace_back("Rollbar-Replay-Enabled", "false");
  call->respond(std::move(response));
}

}  // namespace

void add_rollbar_intake_routes(Router& router, Services& services) {
  for (const char* path : {"/api/1/item", "/api/1/items"}) {
    router.add("POST", path,
               [&services](const std::shared_ptr<Call>& call) { accept_item(services, call); });
  }
  router.add("POST", "/api/1/item_batch",
             [&services](const std::shared_ptr<Call>& call) { accept_batch(services, call); });
  router.add("POST", "/api/1/session", accept_session);
  router.add("GET", "/api/1/status/ping",
             [](const std::shared_ptr<Call>& call) { call->respond(text_response(200, "pong")); });
}

}  // namespace tracery::api
