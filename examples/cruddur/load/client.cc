// SPDX-License-Identifier: Apache-2.0
#include "client.h"

#include <cctype>
#include <string_view>
#include <utility>

#include <curl/curl.h>

namespace cruddur {
namespace {

constexpr long kTimeoutS = 60;

std::size_t drop_body(char*, std::size_t, std::size_t bytes, void*) { return bytes; }

bool starts_with_name(std::string_view line, std::string_view lower_name) {
  if (line.size() < lower_name.size()) return false;
  for (std::size_t i = 0; i < lower_name.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(line[i])) != lower_name[i]) return false;
  }
  return true;
}

std::size_t keep_header(char* data, std::size_t, std::size_t bytes, void* answer) {
  constexpr std::string_view kName = "x-amzn-trace-id:";
  std::string_view line(data, bytes);
  if (starts_with_name(line, kName)) {
    line.remove_prefix(kName.size());
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    static_cast<Answer*>(answer)->xray_header = line;
  }
  return bytes;
}

/// A list of header lines that frees itself.
class HeaderLines {
 public:
  HeaderLines() = default;
  ~HeaderLines() { curl_slist_free_all(list_); }
  HeaderLines(const HeaderLines&) = delete;
  HeaderLines& operator=(const HeaderLines&) = delete;

  void add(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

void fill(HeaderLines& lines, const PlannedRequest& request) {
  lines.add("X-User: " + request.user);
  if (!request.body.empty()) lines.add("Content-Type: application/json");
  if (request.has_fixed_parent) {
    lines.add(std::string("traceparent: 00-") + kFixedTraceId + '-' + kFixedSpanId + "-01");
  }
}

}  // namespace

struct Client::Handle {
  CURL* curl = curl_easy_init();
  ~Handle() { curl_easy_cleanup(curl); }
};

Client::Client(std::string target)
    : target_(std::move(target)), handle_(std::make_unique<Handle>()) {}

Client::~Client() = default;

Answer Client::send(const PlannedRequest& request) {
  CURL* curl = handle_->curl;
  Answer answer;
  HeaderLines lines;
  fill(lines, request);
  const std::string url = target_ + request.path;
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, kTimeoutS);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "cruddur-load");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines.get());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
  if (!request.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
  }
  if (const CURLcode code = curl_easy_perform(curl); code != CURLE_OK) {
    answer.failure = curl_easy_strerror(code);
    return answer;
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

}  // namespace cruddur
