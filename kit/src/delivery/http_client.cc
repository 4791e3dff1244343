// SPDX-License-Identifier: Apache-2.0
#include "delivery/http_client.h"

#include <algorithm>
#include <atomic>

#include <curl/curl.h>

#include "config/environment.h"

namespace tracery::app::delivery {
namespace {

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& body = static_cast<HttpResponse*>(user)->body;
  const std::size_t room = HttpClient::kBodyBytesMax - body.size();
  body.append(data, std::min(room, size * count));
  return size * count;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  const std::string_view line(data, size * count);
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    static_cast<HttpResponse*>(user)->headers.push_back(
        {config::lower_case(line.substr(0, colon)),
         std::string(config::trim(line.substr(colon + 1)))});
  }
  return size * count;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(user)->load(std::memory_order_relaxed) ? 1 : 0;
}

using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

HeaderList make_header_list(const std::vector<Header>& headers) {
  // Expect: 100-continue would cost a round trip, and old servers never answer it.
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const Header& header : headers) {
    list = curl_slist_append(list, (header.name + ": " + header.value).c_str());
  }
  return {list, &curl_slist_free_all};
}

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &Header::name);
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

class HttpClient::Impl {
 public:
  Impl() : handle_(curl_easy_init()) {}
  ~Impl() { curl_easy_cleanup(handle_); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  HttpResponse post(const HttpRequest& request) {
    HttpResponse response;
    if (!handle_) {
      response.error = "libcurl gives no handle";
      return response;
    }
    curl_easy_reset(handle_);
    const HeaderList headers = make_header_list(request.headers);
    set_up(request, headers.get(), response);
    const CURLcode code = curl_easy_perform(handle_);
    if (code != CURLE_OK) {
      response.error = curl_easy_strerror(code);
      return response;
    }
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    return response;
  }

  void abort() { aborted_.store(true, std::memory_order_relaxed); }

 private:
  void set_up(const HttpRequest& request, curl_slist* headers, HttpResponse& response) {
    const auto set = [this](CURLoption option, auto value) {
      curl_easy_setopt(handle_, option, value);
    };
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, request.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_HTTPHEADER, headers);
    set(CURLOPT_USERAGENT, "tracery-app/" TRACERY_APP_VERSION);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&response));
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(&response));
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &on_progress);
    set(CURLOPT_XFERINFODATA, static_cast<void*>(&aborted_));
    if (!request.ca_file.empty()) set(CURLOPT_CAINFO, request.ca_file.c_str());
    if (!request.client_key_file.empty()) set(CURLOPT_SSLKEY, request.client_key_file.c_str());
    if (!request.client_certificate_file.empty()) {
      set(CURLOPT_SSLCERT, request.client_certificate_file.c_str());
    }
    if (request.is_grpc) {
      const bool is_plain = request.url.starts_with("http:");
      set(CURLOPT_HTTP_VERSION, static_cast<long>(is_plain ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
                                                           : CURL_HTTP_VERSION_2TLS));
    }
  }

  CURL* handle_;
  std::atomic<bool> aborted_{false};
};

HttpClient::HttpClient() : impl_(std::make_unique<Impl>()) {}
HttpClient::~HttpClient() = default;

HttpResponse HttpClient::post(const HttpRequest& request) noexcept { return impl_->post(request); }
void HttpClient::abort() noexcept { impl_->abort(); }

}  // namespace tracery::app::delivery
