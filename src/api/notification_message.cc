// SPDX-License-Identifier: Apache-2.0
#include "api/notification_message.h"

#include "api/rollbar_json.h"
#include "app/error_occurrence.h"
#include "app/random_id.h"
#include "base/json_writer.h"
#include "base/time.h"

namespace tracery::api {
namespace {

using app::NotificationTrigger;

/// The vendor's names of events differ from those of its rules in one place.
std::string_view event_name(NotificationTrigger trigger) {
  if (trigger == NotificationTrigger::kHighRate) return "item_velocity";
  return app::to_string(trigger);
}

/// "" when the rule does not say where the UI is.
std::string occurrence_url(const app::Notification& notification) {
  const std::string& base = notification.rule.ui_url;
  if (base.empty()) return {};
  return base + "/errors/find?occurrence=" + std::to_string(notification.occurrence_id);
}

std::string period_text(std::int64_t period_s) {
  if (period_s == 86'400) return "1 day";
  if (period_s == 3600) return "1 hour";
  return period_s == 60 ? "1 minute" : std::to_string(period_s / 60) + " minutes";
}

/// What happened, in words that come before the item's title.
std::string headline(const app::Notification& notification) {
  switch (notification.rule.trigger) {
    case NotificationTrigger::kNewItem: return "New";
    case NotificationTrigger::kReactivated: return "Reactivated";
    case NotificationTrigger::kRepeated:
      return std::to_string(notification.occurrences) + "th occurrence";
    case NotificationTrigger::kHighRate:
      return std::to_string(notification.occurrences) + " occurrences within " +
             period_text(notification.rule.rate_period_s);
  }
  return {};
}

std::string item_json(const app::Notification& notification, const NotificationFacts& facts) {
  JsonWriter item;
  write_rollbar_item(item, facts.item, {0, facts.addresses});
  JsonWriter more;
  more.begin_object().field("project", facts.item.project);
  const std::string url = occurrence_url(notification);
  if (!url.empty()) more.field("url", url);
  more.key("last_occurrence");
  if (facts.occurrence) {
    more.raw(payload_of(*facts.occurrence));
  } else {
    more.null();
  }
  // Both are objects: one is continued by the other.
  std::string json = item.take();
  json.back() = ',';
  return json + more.end_object().take().substr(1);
}

net::Mail new_mail(const app::NotificationRule& rule, std::int64_t now_ns) {
  net::Mail mail;
  mail.to = rule.target;
  mail.id = std::to_string(app::random_u64()) + "@tracery";
  mail.date = format_http_date(now_ns);
  return mail;
}

void add_line(std::string& text, std::string_view name, std::string_view value) {
  if (!value.empty()) text.append(name).append(": ").append(value).append("\n");
}

}  // namespace

std::string webhook_body(const app::Notification& notification, const NotificationFacts& facts) {
  const NotificationTrigger trigger = notification.rule.trigger;
  JsonWriter json;
  json.begin_object().field("event_name", event_name(trigger)).key("data").begin_object();
  json.key("item").raw(item_json(notification, facts));
  if (trigger == NotificationTrigger::kRepeated) {
    json.field("occurrences", notification.occurrences);
  }
  if (trigger == NotificationTrigger::kHighRate) {
    json.key("trigger").begin_object().field("threshold", notification.rule.rate_count);
    json.field("window_size", notification.rule.rate_period_s);
    json.field("window_size_description", period_text(notification.rule.rate_period_s));
    json.field("occurrences", notification.occurrences).end_object();
  }
  return json.end_object().end_object().take();
}

net::Mail mail_of(const app::Notification& notification, const NotificationFacts& facts,
                  std::int64_t now_ns) {
  const app::ErrorItem& item = facts.item;
  net::Mail mail = new_mail(notification.rule, now_ns);
  const std::string counter = "#" + std::to_string(item.counter);
  mail.subject = "[" + item.project + "] " + headline(notification) + " " + item.level + " " +
                 counter + ": " + item.title;
  mail.text = item.title + "\n\n";
  add_line(mail.text, "What", headline(notification));
  add_line(mail.text, "Item", counter);
  add_line(mail.text, "Project", item.project);
  add_line(mail.text, "Environment", item.environment);
  add_line(mail.text, "Level", item.level);
  add_line(mail.text, "Version", item.last_version);
  add_line(mail.text, "Occurrences", std::to_string(item.counts.occurrences));
  if (facts.occurrence) {
    for (const auto& [name, field] :
         {std::pair{"Context", "context"}, std::pair{"Host", "server.host"},
          std::pair{"Person", "person.id"}}) {
      add_line(mail.text, name, app::text_field(*facts.occurrence, field));
    }
  }
  const std::string url = occurrence_url(notification);
  if (!url.empty()) mail.text += "\n" + url + "\n";
  return mail;
}

std::string webhook_test_body(const app::NotificationRule& rule) {
  JsonWriter json;
  json.begin_object().field("event_name", "test").key("data").begin_object();
  json.field("message", "This is a test of a notification rule of Tracery.");
  json.field("trigger", app::to_string(rule.trigger)).end_object();
  return json.end_object().take();
}

net::Mail test_mail(const app::NotificationRule& rule, std::int64_t now_ns) {
  net::Mail mail = new_mail(rule, now_ns);
  mail.subject = "A test of Tracery's notifications";
  mail.text = "A rule that sends you mail was tried. Nothing happened to your items.\n";
  return mail;
}

}  // namespace tracery::api
