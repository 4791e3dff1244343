// SPDX-License-Identifier: Apache-2.0
#include "api/ui_shell.h"

#include "api/answers.h"

namespace tracery::api {
namespace {

constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

}  // namespace

net::Response ui_response(const Services& services, const net::Request& request) {
  const std::string_view accept = request.headers.get("accept-encoding");
  UiFile file;
  const bool is_asset = request.path.starts_with("/assets/");
  const bool found = services.ui_file(request.path, accept, file) ||
                     (!is_asset && services.ui_file("/", accept, file));
  if (!found) return text_response(404, "not found\n");
  net::Response response;
  response.headers = {
      {"Content-Type", file.content_type},
      {"ETag", file.etag},
      {"Vary", "Accept-Encoding"},
      {"Content-Security-Policy", kContentSecurityPolicy},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cache-Control", file.is_immutable ? "public,max-age=31536000,immutable" : "no-cache"}};
  if (!file.content_encoding.empty()) {
    response.headers.emplace_back("Content-Encoding", file.content_encoding);
  }
  if (request.headers.get("if-none-match") == file.etag) {
    response.status = 304;
    return response;
  }
  response.body = file.bytes;
  return response;
}

}  // namespace tracery::api
