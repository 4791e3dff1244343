// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>
#include <vector>

#include <simdjson.h>

#include "base/time.h"
#include "server/api_client.h"
#include "server/terminal.h"
#include "server/verbs.h"

namespace tracery::server {
namespace {

using simdjson::dom::element;

std::string text_of(const element& object, const char* name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? printable(text) : std::string();
}

std::int64_t count_of(const element& object, const char* name) {
  std::int64_t count = 0;
  return object[name].get(count) == simdjson::SUCCESS ? count : 0;
}

std::string number(const element& object, const char* name) {
  return std::to_string(count_of(object, name));
}

/// One row for each element of a list, if there are any, under a title.
template <typename MakeRow>
void print_list(const element& answer, const char* name, const char* title,
                const std::vector<std::string>& heads, const Paint& paint, MakeRow&& make_row) {
  simdjson::dom::array list;
  if (answer[name].get(list) != simdjson::SUCCESS || list.size() == 0) return;
  std::vector<std::vector<std::string>> rows;
  for (const element each : list) rows.push_back(make_row(each));
  std::printf("\n%s\n%s", paint.bold(title).c_str(), format_table(heads, rows, paint).c_str());
}

std::string listening_of(const element& answer) {
  std::string addresses;
  simdjson::dom::array list;
  if (answer["listening"].get(list) != simdjson::SUCCESS) return addresses;
  for (const element each : list) {
    std::string_view address;
    if (each.get(address) != simdjson::SUCCESS) continue;
    addresses += (addresses.empty() ? "" : ", ") + printable(address);
  }
  return addresses;
}

void print_doctor(const element& answer, const element& dropped) {
  const Paint paint = stdout_paint();
  const std::string addresses = listening_of(answer);
  const std::vector<std::vector<std::string>> facts = {
      {"X-Ray daemon", addresses.empty() ? "off" : addresses},
      {"validation", text_of(answer, "validation")},
      {"documents stored", number(answer, "documents_accepted")},
      {"datagrams", number(answer, "datagrams")},
      {"lost, kernel's buffer full", number(dropped, "kernel_buffer_full")},
      {"lost, store overloaded", number(dropped, "store_overloaded")}};
  std::fputs(format_table({"what", "now"}, facts, paint).c_str(), stdout);
  print_list(answer, "rejected", "Refused documents", {"reason", "count"}, paint,
             [](const element& each) -> std::vector<std::string> {
               return {text_of(each, "reason"), number(each, "count")};
             });
  print_list(answer, "recent_rejections", "The latest", {"time", "via", "reason", "document"},
             paint, [](const element& each) -> std::vector<std::string> {
               constexpr std::size_t kDocumentColumns = 60;
               return {format_rfc3339(count_of(each, "at_ms") * kNsPerMs), text_of(each, "via"),
                       text_of(each, "reason"), fit(text_of(each, "document"), kDocumentColumns)};
             });
  print_list(answer, "daemons", "Daemons that report",
             {"host", "received", "sent", "spilled", "rejected"}, paint,
             [](const element& each) -> std::vector<std::string> {
               return {text_of(each, "hostname"), number(each, "received"), number(each, "sent"),
                       number(each, "spilled"), number(each, "rejected")};
             });
}

}  // namespace

int run_doctor(const ClientOptions& options) {
  ApiClient client(options);
  const auto body = client.get("/ui/api/v1/xray/doctor");
  if (!body) return report(body.error());
  if (options.json) {
    std::puts(body->c_str());
    return kExitOk;
  }
  simdjson::dom::parser parser;
  element answer;
  element dropped;
  if (parser.parse(*body).get(answer) != simdjson::SUCCESS ||
      answer["dropped"].get(dropped) != simdjson::SUCCESS) {
    return report({ErrorCode::kMalformed, "the server's answer is not a doctor's"});
  }
  print_doctor(answer, dropped);
  return kExitOk;
}

}  // namespace tracery::server
