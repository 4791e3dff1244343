// SPDX-License-Identifier: Apache-2.0
#include "app/notifications.h"

#include <algorithm>
#include <chrono>

#include "base/time.h"

namespace tracery::app {

using Happened = ErrorItems::Happened;

namespace {

constexpr std::int64_t kQuietNs = 600 * kNsPerSecond;
constexpr std::int64_t kHourNs = 3600 * kNsPerSecond;
/// Above this, what has run out is forgotten.
constexpr std::size_t kRememberedMax = 10'000;
/// How long a wait takes no notice of a clock that jumped.
constexpr auto kWaitMax = std::chrono::seconds(1);

bool is_power_of_ten(std::uint64_t count) {
  if (count < 10) return false;
  while (count % 10 == 0) count /= 10;
  return count == 1;
}

bool is_quiet(const ErrorItem& item, std::int64_t now_ns) {
  return item.status != ItemStatus::kActive || item.snoozed_until_ns > now_ns;
}

std::int64_t pause_after(int tries) {
  std::int64_t pause_ns = kNsPerSecond;
  for (int i = 1; i < tries; ++i) pause_ns *= 4;
  return pause_ns;
}

}  // namespace

std::uint64_t Notifications::RateWindow::add(std::int64_t step) {
  if (step - newest >= kSteps) counts.fill(0);
  for (std::int64_t each = std::max(newest + 1, step - kSteps + 1); each <= step; ++each) {
    counts[static_cast<std::size_t>(each % kSteps)] = 0;
  }
  newest = std::max(newest, step);
  ++counts[static_cast<std::size_t>(newest % kSteps)];
  std::uint64_t sum = 0;
  for (const std::uint32_t count : counts) sum += count;
  return sum;
}

Result<std::unique_ptr<Notifications>> Notifications::open(Database& database, const Clock& clock) {
  auto rules = TRACERY_TRY(NotificationRules::open(database));
  return std::unique_ptr<Notifications>(new Notifications(clock, std::move(rules)));
}

void Notifications::observe(const ErrorItem& item, std::int64_t occurrence_id, Happened happened) {
  if (!rules_->has_any()) return;
  const std::int64_t now_ns = clock_.now_ns();
  if (is_quiet(item, now_ns)) return;
  for (NotificationRule& rule : rules_->of_project(item.project_id)) {
    if (!is_rule_for(rule, item.environment, item.level)) continue;
    const std::lock_guard lock(mutex_);
    const auto occurrences = count_if_due(rule, item, happened, now_ns);
    if (!occurrences) continue;
    if (is_told(rule, item, *occurrences, now_ns)) {
      // A rate stays high for many occurrences; that is no news.
      if (rule.trigger != NotificationTrigger::kHighRate) ++counters_.dropped["repeated"];
    } else if (is_over_hourly_max(rule, now_ns)) {
      ++counters_.dropped["hourly_max"];
    } else {
      add({std::move(rule), item.id, occurrence_id, *occurrences, 0, now_ns});
    }
  }
}

std::optional<std::uint64_t> Notifications::count_if_due(const NotificationRule& rule,
                                                         const ErrorItem& item, Happened happened,
                                                         std::int64_t now_ns) {
  const std::uint64_t count = item.since_activation();
  switch (rule.trigger) {
    case NotificationTrigger::kNewItem:
      return happened == Happened::kNew ? std::optional(count) : std::nullopt;
    case NotificationTrigger::kReactivated:
      return happened == Happened::kReactivated ? std::optional(count) : std::nullopt;
    case NotificationTrigger::kRepeated:
      return is_power_of_ten(count) ? std::optional(count) : std::nullopt;
    case NotificationTrigger::kHighRate: break;
  }
  const std::int64_t period_ns = rule.rate_period_s * kNsPerSecond;
  if (rates_.size() > kRememberedMax) {
    std::erase_if(rates_, [&](const auto& entry) { return entry.second.expires_ns <= now_ns; });
  }
  RateWindow& window = rates_[{rule.id, item.id}];
  window.expires_ns = now_ns + period_ns;
  const std::uint64_t within = window.add(now_ns / (period_ns / RateWindow::kSteps));
  return within >= static_cast<std::uint64_t>(rule.rate_count) ? std::optional(within)
                                                               : std::nullopt;
}

bool Notifications::is_told(const NotificationRule& rule, const ErrorItem& item,
                            std::uint64_t occurrences, std::int64_t now_ns) {
  const bool is_rate = rule.trigger == NotificationTrigger::kHighRate;
  const bool is_milestone = rule.trigger == NotificationTrigger::kRepeated;
  if (told_ns_.size() > kRememberedMax) {
    std::erase_if(told_ns_, [&](const auto& entry) { return entry.second <= now_ns; });
  }
  std::int64_t& quiet_until =
      told_ns_[{rule.target, rule.trigger, item.id, is_milestone ? occurrences : 0}];
  if (quiet_until > now_ns) return true;
  quiet_until = now_ns + (is_rate ? rule.rate_period_s * kNsPerSecond : kQuietNs);
  return false;
}

bool Notifications::is_over_hourly_max(const NotificationRule& rule, std::int64_t now_ns) {
  Hour& hour = hours_[rule.id];
  if (hour.hour != now_ns / kHourNs) hour = {now_ns / kHourNs, 0};
  return ++hour.messages > rule.hourly_max;
}

void Notifications::add(Notification notification) {
  if (queue_.size() >= kQueueMax) {
    ++counters_.dropped["queue_full"];
    return;
  }
  const std::int64_t due_ns = notification.due_ns;
  queue_.emplace(due_ns, std::move(notification));
  wake_.notify_one();
}

std::optional<Notification> Notifications::pop_due() {
  while (!queue_.empty() && queue_.begin()->first <= clock_.now_ns()) {
    Notification first = std::move(queue_.begin()->second);
    queue_.erase(queue_.begin());
    if (rules_->find(first.rule.id)) return first;
    ++counters_.dropped["rule_removed"];
  }
  return std::nullopt;
}

std::optional<Notification> Notifications::take_due() {
  const std::lock_guard lock(mutex_);
  return pop_due();
}

std::optional<Notification> Notifications::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (auto first = pop_due()) return first;
    const std::size_t waiting = queue_.size();
    auto wait = std::chrono::nanoseconds(kWaitMax);
    if (waiting > 0) {
      wait = std::min(wait, std::chrono::nanoseconds(queue_.begin()->first - clock_.now_ns()));
    }
    wake_.wait_for(lock, stop, wait, [&] { return queue_.size() != waiting; });
  }
  return std::nullopt;
}

void Notifications::finish(Notification notification, const Status& delivered) {
  const std::int64_t now_ns = clock_.now_ns();
  const std::lock_guard lock(mutex_);
  RuleOutcome& outcome = outcomes_[notification.rule.id];
  if (delivered.ok()) {
    ++counters_.sent;
    ++outcome.sent;
    outcome.last_sent_ns = now_ns;
    outcome.last_error.clear();
    return;
  }
  ++counters_.failed_tries;
  outcome.last_error = delivered.error().message;
  if (++notification.tries >= kTriesMax) {
    ++counters_.dropped["gave_up"];
    ++outcome.failed;
    return;
  }
  notification.due_ns = now_ns + pause_after(notification.tries);
  add(std::move(notification));
}

NotificationCounters Notifications::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

RuleOutcome Notifications::outcome(std::int64_t rule_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = outcomes_.find(rule_id);
  return found == outcomes_.end() ? RuleOutcome() : found->second;
}

}  // namespace tracery::app
