// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <curl/curl.h>

namespace tracery::net {
namespace {

constexpr long kConnectTimeoutMs = 5'000;

/// Where the body of the request under way goes.
struct Transfer {
  CURL* handle = nullptr;
  const std::function<bool(std::string_view)>* on_piece = nullptr;  ///< Null: collect it all.
  ClientResponse response;
  bool is_ended_by_caller = false;
};

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  const std::string_view piece(bytes, size * count);
  long status = 0;
  curl_easy_getinfo(transfer->handle, CURLINFO_RESPONSE_CODE, &status);
  if (transfer->on_piece == nullptr || status >= 400) {
    transfer->response.body += piece;
    return piece.size();
  }
  if ((*transfer->on_piece)(piece)) return piece.size();
  transfer->is_ended_by_caller = true;
  return 0;  // Tells curl to stop.
}

}  // namespace

struct HttpClient::Impl {
  CURL* handle = curl_easy_init();

  ~Impl() { curl_easy_cleanup(handle); }
  Result<ClientResponse> run(const ClientRequest& request,
                             const std::function<bool(std::string_view)>* on_piece);
};

Result<ClientResponse> HttpClient::Impl::run(
    const ClientRequest& request, const std::function<bool(std::string_view)>* on_piece) {
  if (handle == nullptr) return Error{ErrorCode::kInternal, "curl did not start"};
  Transfer transfer{.handle = handle, .on_piece = on_piece, .response = {}};
  curl_slist* headers = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request.headers) {
    headers = curl_slist_append(headers, (name + ": " + value).c_str());
  }
  curl_easy_reset(handle);
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "tracery");
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  if (on_piece == nullptr) {
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
  } else {
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.timeout_ms) / 1000);
  }
  if (request.method != "GET" || !request.body.empty()) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  const CURLcode code = curl_easy_perform(handle);
  curl_slist_free_all(headers);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<int>(status);
  if (code == CURLE_OK || transfer.is_ended_by_caller) return std::move(transfer.response);
  const bool is_late = code == CURLE_OPERATION_TIMEDOUT;
  return Error{is_late ? ErrorCode::kDeadline : ErrorCode::kUnavailable,
               std::string(curl_easy_strerror(code)) + ": " + request.url};
}

HttpClient::HttpClient() : impl_(std::make_unique<Impl>()) {}
HttpClient::~HttpClient() = default;

Result<ClientResponse> HttpClient::send(const ClientRequest& request) {
  return impl_->run(request, nullptr);
}

Result<ClientResponse> HttpClient::stream(const ClientRequest& request,
                                          const std::function<bool(std::string_view)>& on_piece) {
  return impl_->run(request, &on_piece);
}

}  // namespace tracery::net
