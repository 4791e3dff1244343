// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "app/error_item.h"
#include "app/notifications.h"
#include "model/event.h"
#include "net/mail_client.h"

namespace tracery::api {

/// What a message tells of.
struct NotificationFacts {
  app::ErrorItem item;
  std::uint64_t addresses = 0;             ///< Of people that are affected.
  std::optional<model::Event> occurrence;  ///< Nothing when it is not stored any more.
};

/// The vendor's webhook: {"event_name","data":{"item":{…,"last_occurrence":{…}},…}}, with the
/// item's address in the UI beside what the vendor has. Source: Rollbar's "Webhooks" page.
std::string webhook_body(const app::Notification& notification, const NotificationFacts& facts);

net::Mail mail_of(const app::Notification& notification, const NotificationFacts& facts,
                  std::int64_t now_ns);

/// The same two for somebody who tries a rule: they tell of nothing.
std::string webhook_test_body(const app::NotificationRule& rule);
net::Mail test_mail(const app::NotificationRule& rule, std::int64_t now_ns);

}  // namespace tracery::api
