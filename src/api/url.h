// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracery::api {

/// Undoes percent-encoding; '+' stays, it means a blank only in queries. A bad escape is kept as
/// it stands.
std::string percent_decode(std::string_view text);

/// The parameters after '?', decoded ('+' is a blank); of a name given twice the last counts.
class QueryParameters {
 public:
  explicit QueryParameters(std::string_view query);
  /// "" when absent.
  std::string get(const std::string& name) const;
  bool has(const std::string& name) const { return values_.contains(name); }
  /// All values of a name that may be given more than once ("name" or "name[]"), lists with commas
  /// taken apart; in order, without empty ones.
  std::vector<std::string> get_list(const std::string& name) const;
  /// Nothing when absent or no whole number.
  std::optional<std::int64_t> get_int(const std::string& name) const;

 private:
  std::map<std::string, std::string> values_;
  std::vector<std::pair<std::string, std::string>> in_order_;
};

}  // namespace tracery::api
