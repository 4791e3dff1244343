// SPDX-License-Identifier: Apache-2.0
#include "server/api_client.h"

#include <simdjson.h>

namespace tracery::server {
namespace {

constexpr int kStreamSilenceMs = 45'000;  // Streams say something every 15 s.

/// The words for people in an error body of any of our interfaces.
std::string message_of(const net::ClientResponse& response) {
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  std::string_view text;
  if (parser.parse(response.body).get(body) == simdjson::SUCCESS) {
    for (const char* member : {"message", "detail", "error"}) {
      if (body[member].get(text) == simdjson::SUCCESS && !text.empty()) break;
    }
  }
  std::string message(text);
  std::string_view field;
  std::string_view description;
  const auto detail = body["type_detail"].at(0);
  if (detail["description"].get(description) == simdjson::SUCCESS &&
      message.find(description) == std::string::npos) {
    message += ' ' + std::string(description);
  }
  if (detail["field"].get(field) == simdjson::SUCCESS) message += " (" + std::string(field) + ")";
  if (message.empty()) message = "the server answered " + std::to_string(response.status);
  return message;
}

ErrorCode code_of(int status) {
  switch (status) {
    case 401: return ErrorCode::kUnauthenticated;
    case 403: return ErrorCode::kForbidden;
    case 404: return ErrorCode::kNotFound;
    default: return status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInvalid;
  }
}

Result<std::string> body_of(Result<net::ClientResponse> response) {
  if (!response) {
    const bool is_absent = response.error().code == ErrorCode::kUnavailable;
    return std::move(response).error().with(is_absent ? "is tracery running?" : "no answer");
  }
  if (response->status >= 400) return Error{code_of(response->status), message_of(*response)};
  return std::move(response->body);
}

}  // namespace

net::ClientRequest ApiClient::make_request(const char* method, const std::string& path) const {
  std::string base = options_.server;
  while (base.ends_with('/')) base.pop_back();
  net::ClientRequest request{.method = method, .url = base + path, .headers = {}, .body = {}};
  request.headers.emplace_back("Accept", "application/json");
  if (!options_.key.empty()) request.headers.emplace_back("X-Honeycomb-Team", options_.key);
  return request;
}

Result<std::string> ApiClient::get(const std::string& path) {
  return body_of(client_.send(make_request("GET", path)));
}

Result<std::string> ApiClient::post(const std::string& path, std::string json) {
  net::ClientRequest request = make_request("POST", path);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(json);
  return body_of(client_.send(request));
}

Status ApiClient::follow(const std::string& path,
                         const std::function<bool(const net::SseEvent&)>& on_event) {
  net::ClientRequest request = make_request("GET", path);
  request.timeout_ms = kStreamSilenceMs;
  net::SseParser parser;
  TRACERY_TRY(body_of(client_.stream(
      request, [&](std::string_view piece) { return parser.feed(piece, on_event); })));
  return {};
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (is_plain) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4U];
    encoded += kDigits[byte & 15U];
  }
  return encoded;
}

}  // namespace tracery::server
