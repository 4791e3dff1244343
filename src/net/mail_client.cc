// SPDX-License-Identifier: Apache-2.0
#include "net/mail_client.h"

#include <algorithm>
#include <string_view>

#include <curl/curl.h>

#include "base/hex.h"

namespace tracery::net {
namespace {

constexpr std::size_t kBodyLineBytes = 76;
/// Of a subject per encoded word: 45 bytes are 60 in base64, and a word has at most 75.
constexpr std::size_t kWordBytes = 45;

/// What is left to hand over.
struct Upload {
  std::string_view rest;
};

std::size_t give_bytes(char* out, std::size_t size, std::size_t count, void* user) {
  auto* upload = static_cast<Upload*>(user);
  const std::size_t bytes = std::min(size * count, upload->rest.size());
  upload->rest.copy(out, bytes);
  upload->rest.remove_prefix(bytes);
  return bytes;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// RFC 2047: words that do not cut a character, one a line. So nothing in it can end the header.
std::string encode_subject(std::string_view subject) {
  std::string out;
  while (!subject.empty()) {
    std::size_t bytes = std::min(kWordBytes, subject.size());
    while (bytes > 1 && bytes < subject.size() && is_continuation(subject[bytes])) --bytes;
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + to_base64(subject.substr(0, bytes)) + "?=";
    subject.remove_prefix(bytes);
  }
  return out;
}

}  // namespace

std::string encode_mail(const MailServer& server, const Mail& mail) {
  std::string out = "From: Tracery <" + server.from + ">\r\nTo: <" + mail.to + ">\r\n";
  out += "Subject: " + encode_subject(mail.subject) + "\r\nDate: " + mail.date + "\r\n";
  out += "Message-ID: <" + mail.id + ">\r\nAuto-Submitted: auto-generated\r\n";
  out += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n";
  out += "Content-Transfer-Encoding: base64\r\n\r\n";
  std::string body;
  for (const char c : mail.text) body += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const std::string encoded = to_base64(body);
  for (std::size_t at = 0; at < encoded.size(); at += kBodyLineBytes) {
    out.append(encoded, at, kBodyLineBytes).append("\r\n");
  }
  return out;
}

Status send_mail(const MailServer& server, const Mail& mail, int timeout_ms) {
  CURL* handle = curl_easy_init();
  if (handle == nullptr) return Error{ErrorCode::kInternal, "curl did not start"};
  const std::string bytes = encode_mail(server, mail);
  Upload upload{bytes};
  curl_slist* recipients = curl_slist_append(nullptr, ("<" + mail.to + ">").c_str());
  curl_easy_setopt(handle, CURLOPT_URL, server.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_TRY));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_ms));
  curl_easy_setopt(handle, CURLOPT_MAIL_FROM, ("<" + server.from + ">").c_str());
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, give_bytes);
  curl_easy_setopt(handle, CURLOPT_READDATA, &upload);
  const CURLcode code = curl_easy_perform(handle);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_slist_free_all(recipients);
  curl_easy_cleanup(handle);
  if (code == CURLE_OK) return {};
  const bool is_late = code == CURLE_OPERATION_TIMEDOUT;
  // The server's URL has its password in it.
  std::string message = std::string("mail server: ") + curl_easy_strerror(code);
  if (status != 0) message += ", status: " + std::to_string(status);
  return Error{is_late ? ErrorCode::kDeadline : ErrorCode::kUnavailable, std::move(message)};
}

}  // namespace tracery::net
