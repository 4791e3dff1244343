// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/database.h"
#include "base/result.h"

namespace tracery::app {

/// What an item does that somebody may want to be told of; names as the vendor's rules have them.
enum class NotificationTrigger : std::uint8_t { kNewItem, kReactivated, kRepeated, kHighRate };
std::string_view to_string(NotificationTrigger trigger);
std::optional<NotificationTrigger> parse_notification_trigger(std::string_view text);

enum class NotificationChannel : std::uint8_t { kWebhook, kEmail };
std::string_view to_string(NotificationChannel channel);
std::optional<NotificationChannel> parse_notification_channel(std::string_view text);

/// Who is told of what.
struct NotificationRule {
  std::int64_t id = 0;
  std::int64_t project_id = 0;
  NotificationTrigger trigger = NotificationTrigger::kNewItem;
  std::string environment;         ///< "": any.
  std::string level = "debug";     ///< Of items at least as grave.
  std::int64_t rate_count = 0;     ///< Of kHighRate: so many occurrences of an item …
  std::int64_t rate_period_s = 0;  ///< … within so many seconds.
  NotificationChannel channel = NotificationChannel::kWebhook;
  std::string target;            ///< A URL, or an address of e-mail.
  std::int64_t hourly_max = 60;  ///< Messages; more are dropped.
  std::string ui_url;            ///< Where people reach the UI: "http://host:8080".
  bool enabled = true;
};

/// kInvalid says what is wrong with a rule.
Status check_rule(const NotificationRule& rule);

/// True when an item of that environment and level is the rule's business.
bool is_rule_for(const NotificationRule& rule, std::string_view environment,
                 std::string_view level);

/// The rules, in SQLite and in memory. Thread-safe.
class NotificationRules {
 public:
  static Result<std::unique_ptr<NotificationRules>> open(Database& database);

  /// Oldest first.
  std::vector<NotificationRule> list() const;
  std::optional<NotificationRule> find(std::int64_t id) const;
  /// The enabled ones of a project.
  std::vector<NotificationRule> of_project(std::int64_t project_id) const;
  /// False means of_project gives nothing for any project; costs nothing to ask.
  bool has_any() const { return has_any_.load(std::memory_order_relaxed); }

  /// Takes all but the id. Errors of check_rule.
  Result<NotificationRule> create(NotificationRule rule);
  /// Replaces the rule of that id. kNotFound: "no such rule".
  Result<NotificationRule> change(NotificationRule rule);
  Status remove(std::int64_t id);
  /// Forgets the rules of a project that is removed.
  void forget_project(std::int64_t project_id);

 private:
  explicit NotificationRules(Database& database) : database_(database) {}
  /// Call with the lock held.
  void note_whether_any();

  Database& database_;
  std::atomic<bool> has_any_{false};
  std::mutex change_mutex_;   // One change at a time, of the database and then of rules_.
  mutable std::mutex mutex_;  // rules_; never held while the database works: intake asks here.
  std::map<std::int64_t, NotificationRule> rules_;
};

}  // namespace tracery::app
