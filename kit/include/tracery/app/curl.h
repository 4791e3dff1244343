// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

/// Client spans for libcurl.
namespace tracery::app::curl {

/// `curl_easy_perform` with a client span: method, redacted URL, server, peer, status, the name of
/// the CURLE as `error.type`, and when name look-up, connect, TLS and the first byte were done
/// (`curl.*_ms`). Adds the propagation headers to those set by `CURLOPT_HTTPHEADER`: hand that list
/// over here, for libcurl does not tell it. After the call the handle has the list `headers` again.
/// \return what `curl_easy_perform` returns.
CURLcode perform(CURL* handle, curl_slist* headers = nullptr, const char* method = "GET") noexcept;

}  // namespace tracery::app::curl
