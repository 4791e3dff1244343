// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/documents.h"
#include "base/result.h"

namespace tracery::app {

/// Small JSON documents that the X-Ray API keeps beside the traces, by topic ("policy", "tags",
/// "encryption") and name. Their shapes belong to the API. Thread-safe.
class XraySettings {
 public:
  explicit XraySettings(Documents& documents) : documents_(documents) {}

  Result<std::optional<std::string>> find(const std::string& topic, const std::string& name = {});
  Status put(const std::string& topic, const std::string& name, const std::string& body);
  /// Nothing happens when there is none.
  Status remove(const std::string& topic, const std::string& name);
  /// Bodies, oldest first.
  Result<std::vector<std::string>> list(const std::string& topic);

 private:
  Documents& documents_;
};

}  // namespace tracery::app
