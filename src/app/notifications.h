// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <tuple>
#include <vector>

#include "app/error_items.h"
#include "app/notification_rules.h"
#include "base/clock.h"
#include "base/result.h"

namespace tracery::app {

/// A message that is due to somebody.
struct Notification {
  NotificationRule rule;
  std::int64_t item_id = 0;
  std::int64_t occurrence_id = 0;
  std::uint64_t occurrences = 0;  ///< Since the item was activated; of a rate: in its period.
  int tries = 0;                  ///< Those that failed.
  std::int64_t due_ns = 0;
};

struct NotificationCounters {
  std::uint64_t sent = 0;
  std::uint64_t failed_tries = 0;
  /// Messages that nobody gets, by reason: "repeated", "hourly_max", "queue_full", "gave_up",
  /// "rule_removed".
  std::map<std::string, std::uint64_t> dropped;
};

/// What became of a rule's messages since the start.
struct RuleOutcome {
  std::uint64_t sent = 0, failed = 0;
  std::int64_t last_sent_ns = 0;  ///< 0: none.
  std::string last_error;         ///< Of the newest try; "" when that went well.
};

/// Decides who is told of what happens to items, and keeps the messages until they are delivered.
/// What is due when the process ends is lost; rules are not. Thread-safe; `observe` never waits for
/// a delivery.
class Notifications {
 public:
  static constexpr std::size_t kQueueMax = 1000;
  static constexpr int kTriesMax = 6;

  static Result<std::unique_ptr<Notifications>> open(Database& database, const Clock& clock);

  NotificationRules& rules() { return *rules_; }

  /// What carries messages; set it before the first request.
  struct Carrier {
    std::function<Status(const NotificationRule& rule)> send_test;  ///< Waits for the outcome.
    bool can_mail = false;
  };
  void set_carrier(Carrier carrier) { carrier_ = std::move(carrier); }
  const Carrier& carrier() const { return carrier_; }

  /// Tells of an occurrence that was counted. Of items that are resolved, muted, archived or
  /// snoozed nobody is told. The same news of an item goes to a target once in ten minutes, that of
  /// a rate once in its period.
  void observe(const ErrorItem& item, std::int64_t occurrence_id, ErrorItems::Happened happened);

  /// A message whose time has come; nothing when there is none.
  std::optional<Notification> take_due();
  /// Waits for one; nothing when `stop` was asked for.
  std::optional<Notification> take(const std::stop_token& stop);
  /// What came of a message. One that failed is due again after 1, 4, 16, … seconds.
  void finish(Notification notification, const Status& delivered);

  NotificationCounters counters() const;
  RuleOutcome outcome(std::int64_t rule_id) const;

 private:
  /// The occurrences of an item in the newest part of a rule's period.
  struct RateWindow {
    static constexpr std::int64_t kSteps = 30;
    std::array<std::uint32_t, kSteps> counts{};  ///< Of step s at s mod kSteps.
    std::int64_t newest = 0;
    std::int64_t expires_ns = 0;  ///< Then all of it is too old.

    std::uint64_t add(std::int64_t step);
  };
  struct Hour {
    std::int64_t hour = 0;
    std::int64_t messages = 0;
  };
  /// What must not be told twice: target, trigger, item, and the count that was reached.
  using News = std::tuple<std::string, NotificationTrigger, std::int64_t, std::uint64_t>;

  Notifications(const Clock& clock, std::unique_ptr<NotificationRules> rules)
      : clock_(clock), rules_(std::move(rules)) {}
  // These are called with the lock held.
  std::optional<std::uint64_t> count_if_due(const NotificationRule& rule, const ErrorItem& item,
                                            ErrorItems::Happened happened, std::int64_t now_ns);
  bool is_told(const NotificationRule& rule, const ErrorItem& item, std::uint64_t occurrences,
               std::int64_t now_ns);
  bool is_over_hourly_max(const NotificationRule& rule, std::int64_t now_ns);
  void add(Notification notification);
  std::optional<Notification> pop_due();

  const Clock& clock_;
  std::unique_ptr<NotificationRules> rules_;
  Carrier carrier_;
  mutable std::mutex mutex_;  // All below.
  std::condition_variable_any wake_;
  std::multimap<std::int64_t, Notification> queue_;                    ///< By due_ns.
  std::map<std::pair<std::int64_t, std::int64_t>, RateWindow> rates_;  ///< By rule and item.
  std::map<News, std::int64_t> told_ns_;  ///< Until when it is not told again.
  std::map<std::int64_t, Hour> hours_;    ///< By rule.
  std::map<std::int64_t, RuleOutcome> outcomes_;
  NotificationCounters counters_;
};

}  // namespace tracery::app
