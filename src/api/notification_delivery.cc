// SPDX-License-Identifier: Apache-2.0
#include "api/notification_delivery.h"

#include "api/notification_message.h"
#include "app/errors.h"
#include "app/occurrence_list.h"
#include "net/http_client.h"

namespace tracery::api {
namespace {

/// What the vendor allows a webhook.
constexpr int kWebhookTimeoutMs = 3'000;
constexpr int kMailTimeoutMs = 10'000;

Status post(const std::string& url, std::string body) {
  net::HttpClient client;
  net::ClientRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = std::move(body);
  request.timeout_ms = kWebhookTimeoutMs;
  const auto response = TRACERY_TRY(client.send(request));
  if (response.status / 100 == 2) return {};
  return Error{ErrorCode::kUnavailable, "status: " + std::to_string(response.status)};
}

Result<NotificationFacts> facts_of(Services& services, const app::Notification& notification) {
  NotificationFacts facts;
  facts.item = TRACERY_TRY(services.errors->items().find(notification.item_id));
  const auto snapshot = services.store.snapshot();
  const auto affected = services.errors->affected().of(*snapshot, std::span(&facts.item, 1));
  if (affected.ok()) facts.addresses = affected->at(facts.item.id).addresses;
  auto event = app::find_occurrence(*snapshot, std::to_string(notification.occurrence_id));
  if (event.ok()) facts.occurrence = *std::move(event);
  return facts;
}

}  // namespace

NotificationDelivery::NotificationDelivery(Services& services, net::MailServer mail_server)
    : services_(services), mail_server_(std::move(mail_server)) {
  services_.errors->notifications().set_carrier(
      {[this](const app::NotificationRule& rule) { return send_test(rule); },
       !mail_server_.url.empty()});
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void NotificationDelivery::run(const std::stop_token& stop) {
  app::Notifications& notifications = services_.errors->notifications();
  while (auto next = notifications.take(stop)) {
    const Status delivered = deliver(*next);
    notifications.finish(*std::move(next), delivered);
  }
}

Status NotificationDelivery::deliver(const app::Notification& notification) const {
  const auto facts = TRACERY_TRY(facts_of(services_, notification));
  if (notification.rule.channel == app::NotificationChannel::kWebhook) {
    return post(notification.rule.target, webhook_body(notification, facts));
  }
  return mail(mail_of(notification, facts, services_.clock.now_ns()));
}

Status NotificationDelivery::send_test(const app::NotificationRule& rule) const {
  if (rule.channel == app::NotificationChannel::kWebhook) {
    return post(rule.target, webhook_test_body(rule));
  }
  return mail(test_mail(rule, services_.clock.now_ns()));
}

Status NotificationDelivery::mail(const net::Mail& message) const {
  if (mail_server_.url.empty())
    return Error{ErrorCode::kUnavailable, "no mail server: start with --smtp"};
  return net::send_mail(mail_server_, message, kMailTimeoutMs);
}

}  // namespace tracery::api
