// SPDX-License-Identifier: Apache-2.0
#include "net/http_text.h"

#include <array>
#include <charconv>

namespace tracery::net {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
  }
}

void append_number(std::size_t number, int base, std::string& out) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  out.append(digits.data(), end.ptr);
}

void append_clean(std::string_view text, std::string& out) {
  const std::size_t from = out.size();
  out += text;
  for (std::size_t i = from; i < out.size(); ++i) {
    if (out[i] == '\r' || out[i] == '\n' || out[i] == '\0') out[i] = ' ';
  }
}

}  // namespace

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

void append_response_head(const Response& response, const ResponseFraming& framing,
                          std::string& out) {
  out += framing.version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
  append_number(static_cast<std::size_t>(response.status), 10, out);
  out += ' ';
  out += reason_of(response.status);
  out += "\r\nServer: tracery\r\n";
  for (const auto& [name, value] : response.headers) {
    append_clean(name, out);
    out += ": ";
    append_clean(value, out);
    out += "\r\n";
  }
  if (framing.is_chunked) {
    if (framing.version != 10) out += "Transfer-Encoding: chunked\r\n";
  } else if (may_have_body(response.status)) {
    out += "Content-Length: ";
    append_number(response.body.size(), 10, out);
    out += "\r\n";
  }
  if (!framing.keep_alive) {
    out += "Connection: close\r\n";
  } else if (framing.version == 10) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

bool split_target(std::string_view target, Request& request) {
  if (target.starts_with("http://") || target.starts_with("https://")) {
    const std::size_t host = target.find("//") + 2;
    const std::size_t path = target.find_first_of("/?", host);
    target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
  }
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  request.query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  if (request.path.empty()) request.path = "/";
  return request.path.front() == '/' || request.path == "*";
}

void append_chunk(std::string_view piece, std::string& out) {
  append_number(piece.size(), 16, out);
  out += "\r\n";
  out += piece;
  out += "\r\n";
}

}  // namespace tracery::net
