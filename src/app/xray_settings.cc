// SPDX-License-Identifier: Apache-2.0
#include "app/xray_settings.h"

namespace tracery::app {
namespace {

constexpr auto kKind = DocumentKind::kXraySetting;

std::string id_of(const std::string& topic, const std::string& name) {
  return "xray-" + topic + '/' + name;
}

}  // namespace

Result<std::optional<std::string>> XraySettings::find(const std::string& topic,
                                                      const std::string& name) {
  const auto document = TRACERY_TRY(documents_.find(kKind, id_of(topic, name)));
  if (!document) return std::optional<std::string>();
  return std::optional(document->body);
}

Status XraySettings::put(const std::string& topic, const std::string& name,
                         const std::string& body) {
  const auto updated = documents_.update(kKind, id_of(topic, name), body);
  if (updated.ok()) return {};
  if (updated.error().code != ErrorCode::kNotFound) return updated.error();
  TRACERY_TRY(documents_.create(kKind, topic, body, id_of(topic, name)));
  return {};
}

Status XraySettings::remove(const std::string& topic, const std::string& name) {
  Status removed = documents_.remove(kKind, id_of(topic, name));
  if (!removed.ok() && removed.error().code == ErrorCode::kNotFound) return {};
  return removed;
}

Result<std::vector<std::string>> XraySettings::list(const std::string& topic) {
  std::vector<std::string> bodies;
  for (Document& document : TRACERY_TRY(documents_.list(kKind, topic))) {
    bodies.push_back(std::move(document.body));
  }
  return bodies;
}

}  // namespace tracery::app
