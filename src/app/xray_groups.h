// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/documents.h"
#include "app/xray_sampling_rules.h"
#include "base/result.h"

namespace tracery::app {

/// A named filter expression over traces.
struct XrayGroup {
  std::string name;
  std::string arn;
  std::string filter_expression;  ///< Empty: every trace.
  bool insights_enabled = false;
  bool notifications_enabled = false;

  bool is_default() const { return name == kDefaultName; }
  static constexpr const char* kDefaultName = "Default";
};

/// X-Ray groups, with the default one that is always there and holds every trace. Thread-safe.
class XrayGroups {
 public:
  explicit XrayGroups(Documents& documents) : documents_(documents) {}

  /// The default first, then by age.
  Result<std::vector<XrayGroup>> list();
  /// By name, or by ARN when there is no name; kNotFound.
  Result<XrayGroup> find(const std::string& name, const std::string& arn = {});
  /// kInvalid for a name that is taken, reserved, or not 1 to 32 characters, and for an expression
  /// that does not parse.
  Result<XrayGroup> create(XrayGroup group, const AwsPlace& place);
  /// Replaces the group of the same ARN; kInvalid for the default's expression, and for one that
  /// does not parse.
  Result<XrayGroup> update(const XrayGroup& group);
  /// kInvalid for the default.
  Status remove(const std::string& name, const std::string& arn);

 private:
  Documents& documents_;
};

/// A Group as the API writes it.
nlohmann::json write_group(const XrayGroup& group);

}  // namespace tracery::app
