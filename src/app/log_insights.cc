// SPDX-License-Identifier: Apache-2.0
#include "app/log_insights.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>

#include <nlohmann/json.hpp>

namespace tracery::app {
namespace {

using Rules = std::map<std::string, LogVisibility, std::less<>>;

bool hides_rows(const LogVisibility& rules) {
  return rules.sequence_min > 0 || !rules.hidden_streams.empty() || !rules.stream_minimums.empty();
}

bool is_visible(const Rules& rules, std::string_view group, std::string_view stream,
                std::int64_t time_ns, std::int64_t sequence) {
  const auto found = rules.find(group);
  if (found == rules.end()) return true;
  const LogVisibility& of_group = found->second;
  if (time_ns < of_group.from_ns || sequence < of_group.sequence_min) return false;
  const auto minimum = of_group.stream_minimums.find(stream);
  if (minimum != of_group.stream_minimums.end() && sequence < minimum->second) return false;
  const auto& hidden = of_group.hidden_streams;
  return std::find(hidden.begin(), hidden.end(), stream) == hidden.end();
}

}  // namespace

Result<cwlogs::InsightsAccess> LogInsightsSources::access(
    const std::vector<std::string>& groups) const {
  auto rules = std::make_shared<Rules>();
  cwlogs::InsightsAccess access{std::numeric_limits<std::int64_t>::max(), nullptr};
  std::int64_t last_ns = 0;
  bool hides = false;
  for (const std::string& name : groups) {
    LogVisibility of_group = TRACERY_TRY(groups_.visibility(name, {}));
    access.from_ns = std::min(access.from_ns, of_group.from_ns);
    last_ns = std::max(last_ns, of_group.from_ns);
    hides = hides || hides_rows(of_group);
    rules->emplace(name, std::move(of_group));
  }
  // Asked for each event, so only where the range cannot say it.
  if (!hides && last_ns <= access.from_ns) return access;
  access.is_visible = [rules](std::string_view group, std::string_view stream, std::int64_t time_ns,
                              std::int64_t sequence) {
    return is_visible(*rules, group, stream, time_ns, sequence);
  };
  return access;
}

Result<std::shared_ptr<const cwlogs::LookupTable>> LogInsightsSources::table(
    const std::string& name) const {
  const auto document = TRACERY_TRY(documents_.find(kLookupTables, "", name));
  if (!document) return Error{ErrorCode::kNotFound, "no lookup table " + name};
  const auto body = nlohmann::json::parse(document->body);
  return std::make_shared<const cwlogs::LookupTable>(
      TRACERY_TRY(cwlogs::parse_lookup_table(body.value("tableBody", std::string()))));
}

std::vector<std::string> LogInsightsSources::groups_of(const cwlogs::QuerySource& source) const {
  std::vector<std::string> found;
  for (const LogGroup& group : groups_.list()) {
    const bool is_named =
        std::find(source.groups.begin(), source.groups.end(), group.name) != source.groups.end();
    const bool has_prefix =
        std::any_of(source.prefixes.begin(), source.prefixes.end(),
                    [&](const std::string& prefix) { return group.name.starts_with(prefix); });
    const bool has_class = !source.group_class || *source.group_class == group.settings.log_class;
    const bool names_all = source.groups.empty() && source.prefixes.empty();
    if ((is_named || has_prefix || names_all) && has_class) found.push_back(group.name);
  }
  return found;
}

}  // namespace tracery::app
