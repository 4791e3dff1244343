// SPDX-License-Identifier: Apache-2.0
// The calls of tracery/app/curl.h.
#include <algorithm>
#include <array>
#include <string>

#include "http/url.h"
#include "tracery/app/context.h"
#include "tracery/app/curl.h"
#include "tracery/app/span.h"

namespace tracery::app::curl {
namespace {

std::string_view text_info(CURL* handle, CURLINFO info) {
  const char* text = nullptr;
  curl_easy_getinfo(handle, info, &text);
  return text ? text : "";
}

long number_info(CURL* handle, CURLINFO info) {
  long number = 0;
  curl_easy_getinfo(handle, info, &number);
  return number;
}

/// The name of the commonest errors, as the header spells them; the number of the others.
std::string error_name(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return "CURLE_COULDNT_RESOLVE_HOST";
    case CURLE_COULDNT_CONNECT: return "CURLE_COULDNT_CONNECT";
    case CURLE_OPERATION_TIMEDOUT: return "CURLE_OPERATION_TIMEDOUT";
    case CURLE_SSL_CONNECT_ERROR: return "CURLE_SSL_CONNECT_ERROR";
    case CURLE_PEER_FAILED_VERIFICATION: return "CURLE_PEER_FAILED_VERIFICATION";
    case CURLE_GOT_NOTHING: return "CURLE_GOT_NOTHING";
    case CURLE_RECV_ERROR: return "CURLE_RECV_ERROR";
    case CURLE_SEND_ERROR: return "CURLE_SEND_ERROR";
    case CURLE_ABORTED_BY_CALLBACK: return "CURLE_ABORTED_BY_CALLBACK";
    default: return "CURLE_" + std::to_string(code);
  }
}

void describe_target(SpanHandle& span, std::string_view url) {
  span.set("url.full", http::redact_url(url));
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return;
  std::string_view authority = url.substr(scheme_end + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
  }
  const http::HostPort host = http::split_host(authority);
  span.set("server.address", host.host);
  const int default_port = url.starts_with("https:") ? 443 : 80;
  span.set("server.port", host.port != 0 ? int{host.port} : default_port);
}

/// How long the phases of the call took, as attributes in milliseconds. Only their ends are known
/// to libcurl, counted from the beginning.
void describe_phases(CURL* handle, SpanHandle& span) {
  struct Phase {
    CURLINFO info;
    std::string_view key;
  };
  static constexpr std::array<Phase, 4> kPhases = {{
      {CURLINFO_NAMELOOKUP_TIME_T, "curl.namelookup_ms"},
      {CURLINFO_CONNECT_TIME_T, "curl.connect_ms"},
      {CURLINFO_APPCONNECT_TIME_T, "curl.tls_ms"},
      {CURLINFO_STARTTRANSFER_TIME_T, "curl.first_byte_ms"},
  }};
  constexpr double kMicrosecondsPerMillisecond = 1000;
  for (const Phase& phase : kPhases) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(handle, phase.info, &microseconds);
    if (microseconds > 0) {
      span.set(phase.key, static_cast<double>(microseconds) / kMicrosecondsPerMillisecond);
    }
  }
}

void describe_outcome(CURL* handle, CURLcode code, SpanHandle& span) {
  describe_phases(handle, span);
  if (const auto peer = text_info(handle, CURLINFO_PRIMARY_IP); !peer.empty()) {
    span.set("network.peer.address", peer);
    span.set("network.peer.port", number_info(handle, CURLINFO_PRIMARY_PORT));
  }
  if (code != CURLE_OK) {
    span.set("error.type", error_name(code));
    span.status(StatusCode::kError, curl_easy_strerror(code));
    return;
  }
  const long status = number_info(handle, CURLINFO_RESPONSE_CODE);
  span.set("http.response.status_code", status);
  constexpr long kFirstError = 400;
  if (status < kFirstError) return;
  span.set("error.type", std::to_string(status));
  span.status(StatusCode::kError);
}

/// Appends the propagation headers to the caller's list for as long as it lives.
class ExtendedHeaders {
 public:
  explicit ExtendedHeaders(curl_slist* headers) : list_(nullptr) {
    for (const curl_slist* at = headers; at; at = at->next) append(at->data);
    for (const Header& header : inject()) append(header.name + ": " + header.value);
  }
  ~ExtendedHeaders() { curl_slist_free_all(list_); }
  ExtendedHeaders(const ExtendedHeaders&) = delete;
  ExtendedHeaders& operator=(const ExtendedHeaders&) = delete;

  curl_slist* get() const { return list_; }

 private:
  void append(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }

  curl_slist* list_;
};

}  // namespace

CURLcode perform(CURL* handle, curl_slist* headers, const char* method) noexcept {
  const std::string name = http::is_known_method(method) ? method : "HTTP";
  Span span(name, {.kind = SpanKind::kClient, .scope = "tracery.app.curl"});
  span.set("http.request.method", name == "HTTP" ? "_OTHER" : name);
  const ExtendedHeaders extended(headers);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, extended.get());
  const CURLcode code = curl_easy_perform(handle);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  describe_target(span, text_info(handle, CURLINFO_EFFECTIVE_URL));
  describe_outcome(handle, code, span);
  return code;
}

}  // namespace tracery::app::curl
