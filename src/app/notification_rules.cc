// SPDX-License-Identifier: Apache-2.0
#include "app/notification_rules.h"

#include <algorithm>
#include <array>

namespace tracery::app {
namespace {

constexpr std::array<std::string_view, 4> kTriggers = {"new_item", "reactivated_item",
                                                       "exp_repeat_item", "occurrence_rate"};
constexpr std::array<std::string_view, 2> kChannels = {"webhook", "email"};
/// Least grave first.
constexpr std::array<std::string_view, 5> kLevels = {"debug", "info", "warning", "error",
                                                     "critical"};
/// The vendor's periods.
constexpr std::array<std::int64_t, 5> kPeriods = {60, 300, 1800, 3600, 86'400};
constexpr std::size_t kTargetBytesMax = 2048;
constexpr std::int64_t kHourlyMax = 10'000;
constexpr std::int64_t kRateCountMax = 1'000'000'000;

const std::string kColumns =
    "id, project_id, trigger, environment, level, rate_count, rate_period_s, channel, target, "
    "hourly_max, ui_url, enabled";

template <std::size_t N>
std::optional<std::size_t> place_of(const std::array<std::string_view, N>& names,
                                    std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

NotificationRule read_rule(const Database::Row& row) {
  NotificationRule rule;
  rule.id = int_of(row.at(0));
  rule.project_id = int_of(row.at(1));
  rule.trigger = parse_notification_trigger(text_of(row.at(2))).value_or(rule.trigger);
  rule.environment = text_of(row.at(3));
  rule.level = text_of(row.at(4));
  rule.rate_count = int_of(row.at(5));
  rule.rate_period_s = int_of(row.at(6));
  rule.channel = parse_notification_channel(text_of(row.at(7))).value_or(rule.channel);
  rule.target = text_of(row.at(8));
  rule.hourly_max = int_of(row.at(9));
  rule.ui_url = text_of(row.at(10));
  rule.enabled = int_of(row.at(11)) != 0;
  return rule;
}

/// In the order of kColumns, without the id.
Database::Values values_of(const NotificationRule& rule) {
  return {rule.project_id,
          std::string(to_string(rule.trigger)),
          rule.environment,
          rule.level,
          rule.rate_count,
          rule.rate_period_s,
          std::string(to_string(rule.channel)),
          rule.target,
          rule.hourly_max,
          rule.ui_url,
          std::int64_t{rule.enabled ? 1 : 0}};
}

/// One address, with nothing that could end a header.
bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c != '<' && c != '>' && c != ',' && c != ';' && c != '"' && c != 127;
  });
  return is_plain && at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos;
}

bool is_web_address(std::string_view text) {
  const bool has_scheme = text.starts_with("http://") || text.starts_with("https://");
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) { return c > ' '; });
  return has_scheme && is_plain && text.size() > std::string_view("https://").size();
}

Error invalid(std::string message) { return {ErrorCode::kInvalid, std::move(message)}; }

}  // namespace

std::string_view to_string(NotificationTrigger trigger) {
  return kTriggers[static_cast<std::size_t>(trigger)];
}

std::optional<NotificationTrigger> parse_notification_trigger(std::string_view text) {
  const auto place = place_of(kTriggers, text);
  if (!place) return std::nullopt;
  return static_cast<NotificationTrigger>(*place);
}

std::string_view to_string(NotificationChannel channel) {
  return kChannels[static_cast<std::size_t>(channel)];
}

std::optional<NotificationChannel> parse_notification_channel(std::string_view text) {
  const auto place = place_of(kChannels, text);
  if (!place) return std::nullopt;
  return static_cast<NotificationChannel>(*place);
}

Status check_rule(const NotificationRule& rule) {
  const bool is_mail = rule.channel == NotificationChannel::kEmail;
  if (rule.target.size() > kTargetBytesMax) return invalid("the target is too long");
  if (is_mail && !is_mail_address(rule.target)) return invalid("not an e-mail address");
  if (!is_mail && !is_web_address(rule.target)) return invalid("not an http or https address");
  if (!rule.ui_url.empty() && !is_web_address(rule.ui_url)) {
    return invalid("ui_url is no http or https address");
  }
  if (!place_of(kLevels, rule.level)) return invalid("bad level: " + rule.level);
  if (rule.hourly_max < 1 || rule.hourly_max > kHourlyMax) {
    return invalid("hourly_max is a number from 1 to 10000");
  }
  if (rule.trigger != NotificationTrigger::kHighRate) return {};
  if (rule.rate_count < 1 || rule.rate_count > kRateCountMax) {
    return invalid("rate_count is a number from 1 on");
  }
  if (std::find(kPeriods.begin(), kPeriods.end(), rule.rate_period_s) == kPeriods.end()) {
    return invalid("rate_period_s is one of 60, 300, 1800, 3600, 86400");
  }
  return {};
}

bool is_rule_for(const NotificationRule& rule, std::string_view environment,
                 std::string_view level) {
  if (!rule.environment.empty() && rule.environment != environment) return false;
  return place_of(kLevels, level).value_or(0) >= place_of(kLevels, rule.level).value_or(0);
}

Result<std::unique_ptr<NotificationRules>> NotificationRules::open(Database& database) {
  std::unique_ptr<NotificationRules> rules(new NotificationRules(database));
  for (const auto& row :
       TRACERY_TRY(database.run("SELECT " + kColumns + " FROM notification_rule"))) {
    NotificationRule rule = read_rule(row);
    rules->rules_.emplace(rule.id, std::move(rule));
  }
  rules->note_whether_any();
  return rules;
}

void NotificationRules::note_whether_any() {
  const bool any = std::any_of(rules_.begin(), rules_.end(),
                               [](const auto& entry) { return entry.second.enabled; });
  has_any_.store(any, std::memory_order_relaxed);
}

std::vector<NotificationRule> NotificationRules::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<NotificationRule> all;
  for (const auto& [id, rule] : rules_) all.push_back(rule);
  return all;
}

std::optional<NotificationRule> NotificationRules::find(std::int64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = rules_.find(id);
  if (found == rules_.end()) return std::nullopt;
  return found->second;
}

std::vector<NotificationRule> NotificationRules::of_project(std::int64_t project_id) const {
  const std::lock_guard lock(mutex_);
  std::vector<NotificationRule> all;
  for (const auto& [id, rule] : rules_) {
    if (rule.project_id == project_id && rule.enabled) all.push_back(rule);
  }
  return all;
}

Result<NotificationRule> NotificationRules::create(NotificationRule rule) {
  TRACERY_TRY(check_rule(rule));
  const std::lock_guard one_change(change_mutex_);
  const auto rows = TRACERY_TRY(database_.run(
      "INSERT INTO notification_rule(project_id, trigger, environment, level, rate_count, "
      "rate_period_s, channel, target, hourly_max, ui_url, enabled) "
      "VALUES(?,?,?,?,?,?,?,?,?,?,?) RETURNING id",
      values_of(rule)));
  rule.id = int_of(rows.at(0).at(0));
  const std::lock_guard lock(mutex_);
  rules_[rule.id] = rule;
  note_whether_any();
  return rule;
}

Result<NotificationRule> NotificationRules::change(NotificationRule rule) {
  TRACERY_TRY(check_rule(rule));
  const std::lock_guard one_change(change_mutex_);
  if (!find(rule.id)) return Error{ErrorCode::kNotFound, "no such rule"};
  Database::Values values = values_of(rule);
  values.emplace_back(rule.id);
  TRACERY_TRY(database_.run(
      "UPDATE notification_rule SET project_id=?, trigger=?, environment=?, level=?, "
      "rate_count=?, rate_period_s=?, channel=?, target=?, hourly_max=?, ui_url=?, enabled=? "
      "WHERE id=?",
      values));
  const std::lock_guard lock(mutex_);
  rules_[rule.id] = rule;
  note_whether_any();
  return rule;
}

Status NotificationRules::remove(std::int64_t id) {
  const std::lock_guard one_change(change_mutex_);
  TRACERY_TRY(database_.run("DELETE FROM notification_rule WHERE id=?", {id}));
  const std::lock_guard lock(mutex_);
  if (rules_.erase(id) == 0) return Error{ErrorCode::kNotFound, "no such rule"};
  note_whether_any();
  return {};
}

void NotificationRules::forget_project(std::int64_t project_id) {
  const std::lock_guard one_change(change_mutex_);
  const std::lock_guard lock(mutex_);
  std::erase_if(rules_, [&](const auto& entry) { return entry.second.project_id == project_id; });
  note_whether_any();
}

}  // namespace tracery::app
