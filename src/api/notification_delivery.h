// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <thread>

#include "api/router.h"
#include "api/services.h"
#include "app/notifications.h"
#include "net/mail_client.h"

namespace tracery::api {

/// Sends what is due to webhooks and by mail, one after another on a thread of its own.
class NotificationDelivery {
 public:
  /// Carries the messages of `services.errors` from now on.
  NotificationDelivery(Services& services, net::MailServer mail_server);

 private:
  Status send_test(const app::NotificationRule& rule) const;
  void run(const std::stop_token& stop);
  Status deliver(const app::Notification& notification) const;
  Status mail(const net::Mail& message) const;

  Services& services_;
  net::MailServer mail_server_;
  std::jthread thread_;
};

/// The rules, in the UI's API.
void add_ui_error_notification_routes(Router& router, Services& services);

}  // namespace tracery::api
