// SPDX-License-Identifier: Apache-2.0
// Deliveries of other services' logs: kept as they are put, since there are no such services here.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "api/logs_call.h"
#include "app/logs.h"
#include "app/random_id.h"

namespace tracery::api {
namespace {

using nlohmann::json;

constexpr const char* kSource = "delivery_source";
constexpr const char* kDestination = "delivery_destination";
constexpr const char* kDelivery = "delivery";

AwsError not_found(const std::string& what) {
  return {400, "ResourceNotFoundException", "The specified " + what + " does not exist.", {}};
}

AwsError invalid(const std::string& message) { return {400, "ValidationException", message, {}}; }

AwsError conflict(const std::string& message) { return {400, "ConflictException", message, {}}; }

/// "s3" of "arn:aws:s3:::bucket".
std::string service_of(const std::string& arn) {
  std::size_t begin = 0;
  for (int colons = 0; colons < 2; ++colons) {
    begin = arn.find(':', begin);
    if (begin == std::string::npos) return {};
    ++begin;
  }
  return arn.substr(begin, arn.find(':', begin) - begin);
}

std::string destination_type(const std::string& arn) {
  const std::string service = service_of(arn);
  if (service == "logs") return "CWL";
  return service == "firehose" ? "FH" : "S3";
}

void copy_members(const json& from, std::initializer_list<const char*> names, json& to) {
  for (const char* name : names) {
    if (from.contains(name)) to[name] = from.at(name);
  }
}

Result<std::optional<json>> find(const LogsCall& call, const char* kind, const std::string& name) {
  const auto document = TRACERY_TRY(call.logs().documents.find(kind, "", name));
  if (!document) return std::optional<json>();
  return std::optional(json::parse(document->body));
}

Status store(const LogsCall& call, const char* kind, const std::string& name, const json& body) {
  TRACERY_TRY(call.logs().documents.put(kind, "", name, body.dump()));
  return {};
}

/// All of a kind, page by page.
LogsAnswer describe(const LogsCall& call, const char* kind, const char* member) {
  constexpr std::size_t kPageMax = 50;
  const std::size_t limit = TRACERY_TRY(limit_of(call.input, kPageMax, kPageMax));
  const auto documents = TRACERY_TRY(call.logs().documents.list(kind));
  std::vector<std::string> keys;
  for (const auto& each : documents) keys.push_back(each.name);
  const ListPage page = page_of(call.input, keys, limit);
  json answer = {{member, json::array()}};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    json body = json::parse(documents[i].body);
    body.erase("policy");
    answer[member].push_back(std::move(body));
  }
  if (!page.next.empty()) answer["nextToken"] = page.next;
  return answer.dump();
}

LogsAnswer remove(const LogsCall& call, const char* kind, const std::string& name,
                  const std::string& what) {
  if (!TRACERY_TRY(call.logs().documents.remove(kind, "", name))) return not_found(what);
  return std::string();
}

LogsAnswer put_destination(const LogsCall& call) {
  const std::string name = TRACERY_TRY(required_text(call.input, "name"));
  const std::string format = text_of(call.input, "outputFormat");
  constexpr std::array<std::string_view, 5> kFormats = {"w3c", "raw", "json", "plain", "parquet"};
  if (!format.empty() && std::find(kFormats.begin(), kFormats.end(), format) == kFormats.end()) {
    return invalid("Member must satisfy enum value set: [w3c, raw, json, plain, parquet]");
  }
  json body = TRACERY_TRY(find(call, kDestination, name)).value_or(json::object());
  if (!format.empty() && body.contains("outputFormat") && body.at("outputFormat") != format) {
    return invalid("Update to existing Delivery Destination with new Output Format is not allowed");
  }
  body["name"] = name;
  body["arn"] = call.arn("delivery-destination:" + name);
  copy_members(call.input, {"outputFormat", "deliveryDestinationConfiguration", "tags"}, body);
  const auto configuration = body.find("deliveryDestinationConfiguration");
  if (configuration == body.end()) return invalid("deliveryDestinationConfiguration is required");
  body["deliveryDestinationType"] =
      destination_type(text_of(*configuration, "destinationResourceArn"));
  TRACERY_TRY(store(call, kDestination, name, body));
  body.erase("policy");
  return json{{"deliveryDestination", body}}.dump();
}

LogsAnswer get_destination(const LogsCall& call) {
  auto body = TRACERY_TRY(find(call, kDestination, text_of(call.input, "name")));
  if (!body) return not_found("delivery destination");
  body->erase("policy");
  return json{{"deliveryDestination", *body}}.dump();
}

LogsAnswer describe_destinations(const LogsCall& call) {
  return describe(call, kDestination, "deliveryDestinations");
}

LogsAnswer delete_destination(const LogsCall& call) {
  return remove(call, kDestination, text_of(call.input, "name"), "delivery destination");
}

json policy_of(const json& destination) {
  if (!destination.contains("policy")) return {{"policy", json::object()}};
  return {{"policy", {{"deliveryDestinationPolicy", destination.at("policy")}}}};
}

LogsAnswer put_destination_policy(const LogsCall& call) {
  const std::string name = text_of(call.input, "deliveryDestinationName");
  auto body = TRACERY_TRY(find(call, kDestination, name));
  if (!body) return not_found("delivery destination");
  (*body)["policy"] = text_of(call.input, "deliveryDestinationPolicy");
  TRACERY_TRY(store(call, kDestination, name, *body));
  return policy_of(*body).dump();
}

LogsAnswer get_destination_policy(const LogsCall& call) {
  const auto body =
      TRACERY_TRY(find(call, kDestination, text_of(call.input, "deliveryDestinationName")));
  if (!body) return not_found("delivery destination");
  return policy_of(*body).dump();
}

LogsAnswer delete_destination_policy(const LogsCall& call) {
  const std::string name = text_of(call.input, "deliveryDestinationName");
  auto body = TRACERY_TRY(find(call, kDestination, name));
  if (!body) return not_found("delivery destination");
  body->erase("policy");
  TRACERY_TRY(store(call, kDestination, name, *body));
  return std::string();
}

LogsAnswer put_source(const LogsCall& call) {
  const std::string name = TRACERY_TRY(required_text(call.input, "name"));
  const std::string resource = TRACERY_TRY(required_text(call.input, "resourceArn"));
  const std::string log_type = TRACERY_TRY(required_text(call.input, "logType"));
  const std::string service = service_of(resource);
  if (service.empty() || service == "s3") return not_found("resource");
  if (service == "cloudfront" && log_type != "ACCESS_LOGS" && log_type != "CONNECTION_LOGS") {
    return invalid("This service doesn't support the log type: " + log_type);
  }
  json body = TRACERY_TRY(find(call, kSource, name)).value_or(json::object());
  if (body.contains("resourceArns") && body.at("resourceArns") != json::array({resource})) {
    return conflict("Update to existing Delivery Source with new ResourceId is not allowed");
  }
  body["name"] = name;
  body["arn"] = call.arn("delivery-source:" + name);
  body["resourceArns"] = json::array({resource});
  body["service"] = service;
  body["logType"] = log_type;
  copy_members(call.input, {"tags"}, body);
  TRACERY_TRY(store(call, kSource, name, body));
  return json{{"deliverySource", body}}.dump();
}

LogsAnswer get_source(const LogsCall& call) {
  const auto body = TRACERY_TRY(find(call, kSource, text_of(call.input, "name")));
  if (!body) return not_found("delivery source");
  return json{{"deliverySource", *body}}.dump();
}

LogsAnswer describe_sources(const LogsCall& call) {
  return describe(call, kSource, "deliverySources");
}

LogsAnswer delete_source(const LogsCall& call) {
  return remove(call, kSource, text_of(call.input, "name"), "delivery source");
}

LogsAnswer create_delivery(const LogsCall& call) {
  const std::string source = TRACERY_TRY(required_text(call.input, "deliverySourceName"));
  const std::string arn = TRACERY_TRY(required_text(call.input, "deliveryDestinationArn"));
  const auto destination = TRACERY_TRY(find(call, kDestination, arn.substr(arn.rfind(':') + 1)));
  if (!TRACERY_TRY(find(call, kSource, source))) return not_found("delivery source");
  if (!destination) return not_found("delivery destination");
  for (const auto& each : TRACERY_TRY(call.logs().documents.list(kDelivery))) {
    const json other = json::parse(each.body);
    if (other.at("deliverySourceName") == source && other.at("deliveryDestinationArn") == arn) {
      return conflict("Delivery already exists");
    }
  }
  const std::string id = app::random_base62(16);
  json body = {{"id", id},
               {"arn", call.arn("delivery:" + id)},
               {"deliverySourceName", source},
               {"deliveryDestinationArn", arn},
               {"deliveryDestinationType", destination->at("deliveryDestinationType")}};
  copy_members(call.input, {"recordFields", "fieldDelimiter", "s3DeliveryConfiguration", "tags"},
               body);
  TRACERY_TRY(store(call, kDelivery, id, body));
  return json{{"delivery", body}}.dump();
}

LogsAnswer get_delivery(const LogsCall& call) {
  const auto body = TRACERY_TRY(find(call, kDelivery, text_of(call.input, "id")));
  if (!body) return not_found("delivery");
  return json{{"delivery", *body}}.dump();
}

LogsAnswer describe_deliveries(const LogsCall& call) {
  return describe(call, kDelivery, "deliveries");
}

LogsAnswer delete_delivery(const LogsCall& call) {
  return remove(call, kDelivery, text_of(call.input, "id"), "delivery");
}

}  // namespace

std::span<const LogsOperation> logs_delivery_operations() {
  static constexpr std::array kOperations = {
      LogsOperation{"PutDeliveryDestination", put_destination},
      LogsOperation{"GetDeliveryDestination", get_destination},
      LogsOperation{"DescribeDeliveryDestinations", describe_destinations},
      LogsOperation{"DeleteDeliveryDestination", delete_destination},
      LogsOperation{"PutDeliveryDestinationPolicy", put_destination_policy},
      LogsOperation{"GetDeliveryDestinationPolicy", get_destination_policy},
      LogsOperation{"DeleteDeliveryDestinationPolicy", delete_destination_policy},
      LogsOperation{"PutDeliverySource", put_source},
      LogsOperation{"GetDeliverySource", get_source},
      LogsOperation{"DescribeDeliverySources", describe_sources},
      LogsOperation{"DeleteDeliverySource", delete_source},
      LogsOperation{"CreateDelivery", create_delivery},
      LogsOperation{"GetDelivery", get_delivery},
      LogsOperation{"DescribeDeliveries", describe_deliveries},
      LogsOperation{"DeleteDelivery", delete_delivery},
  };
  return kOperations;
}

}  // namespace tracery::api
