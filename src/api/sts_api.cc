// SPDX-License-Identifier: Apache-2.0
#include "api/sts_api.h"

#include <string>

#include "api/url.h"
#include "app/random_id.h"

namespace tracery::api {
namespace {

constexpr const char* kNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";

net::Response xml_response(int status, std::string body) {
  net::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/xml"}};
  response.body = std::move(body);
  return response;
}

std::string element(const std::string& name, const std::string& content) {
  return "<" + name + ">" + content + "</" + name + ">";
}

/// Access key ids are the only text of a client's that gets into an answer.
std::string escape(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '&': escaped += "&amp;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace

net::Response sts_response(const Services& services, const AwsCaller& caller,
                           const net::Request& request) {
  const std::string id = app::random_uuid();
  const std::string action = QueryParameters(request.body).get("Action");
  if (action != "GetCallerIdentity") {
    return xml_response(
        400,
        "<ErrorResponse xmlns=\"" + std::string(kNamespace) + "\">" +
            element("Error", element("Type", "Sender") + element("Code", "InvalidAction") +
                                 element("Message", "Could not find operation " + escape(action))) +
            element("RequestId", id) + "</ErrorResponse>");
  }
  const std::string& account = services.facts.aws_account_id;
  const std::string user = caller.access_key_id.empty() ? "anonymous" : caller.access_key_id;
  const std::string result = element("Arn", "arn:aws:iam::" + account + ":user/" + escape(user)) +
                             element("UserId", escape(user)) + element("Account", account);
  return xml_response(200, "<GetCallerIdentityResponse xmlns=\"" + std::string(kNamespace) + "\">" +
                               element("GetCallerIdentityResult", result) +
                               element("ResponseMetadata", element("RequestId", id)) +
                               "</GetCallerIdentityResponse>");
}

}  // namespace tracery::api
