// SPDX-License-Identifier: Apache-2.0
#include "api/answers.h"

#include "api/error_status.h"
#include "base/json_writer.h"

namespace tracery::api {

net::Response json_response(int status, std::string body) {
  net::Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

net::Response text_response(int status, std::string body) {
  net::Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "text/plain");
  response.body = std::move(body);
  return response;
}

net::Response empty_response(int status) {
  net::Response response;
  response.status = status;
  return response;
}

std::string base_url(const net::Request& request) {
  const std::string_view host = request.headers.get("host");
  return "http://" + std::string(host.empty() ? "localhost" : host);
}

Handler on_worker(Services& services, std::function<net::Response(const Call&)> work) {
  return [&services, work = std::move(work)](std::shared_ptr<Call> call) {
    const bool posted = services.workers.post([call, work] { call->respond(work(*call)); });
    if (posted) return;
    net::Response busy = json_response(503, R"({"error":"server is busy","code":"busy",)"
                                            R"("message":"server is busy","hint":"try again"})");
    add_retry_after(busy, ErrorCode::kUnavailable);
    call->respond(std::move(busy));
  };
}

void add_retry_after(net::Response& response, ErrorCode code) {
  if (status_of(code).is_retryable) {
    response.headers.emplace_back("Retry-After", std::to_string(kRetryAfterSeconds));
  }
}

}  // namespace tracery::api
