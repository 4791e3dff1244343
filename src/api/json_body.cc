// SPDX-License-Identifier: Apache-2.0
#include "api/json_body.h"

#include <nlohmann/json.hpp>

namespace tracery::api {
namespace {

constexpr int kDepthMax = 64;

const nlohmann::json* find_member(const nlohmann::json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

Result<nlohmann::json> parse_object(const std::string& body) {
  bool is_too_deep = false;
  const auto check_depth = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    is_too_deep = is_too_deep || depth > kDepthMax;
    return !is_too_deep;
  };
  auto json = nlohmann::json::parse(body, check_depth, /*allow_exceptions=*/false);
  if (is_too_deep || !json.is_object()) {
    return Error{ErrorCode::kMalformed, "could not parse request body"};
  }
  return json;
}

std::string text_member(const nlohmann::json& object, const char* name, std::string otherwise) {
  const auto* member = find_member(object, name);
  return member != nullptr && member->is_string() ? member->get<std::string>() : otherwise;
}

std::int64_t int_member(const nlohmann::json& object, const char* name, std::int64_t otherwise) {
  const auto* member = find_member(object, name);
  return member != nullptr && member->is_number() ? member->get<std::int64_t>() : otherwise;
}

bool bool_member(const nlohmann::json& object, const char* name, bool otherwise) {
  const auto* member = find_member(object, name);
  return member != nullptr && member->is_boolean() ? member->get<bool>() : otherwise;
}

}  // namespace tracery::api
