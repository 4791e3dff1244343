// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace tracery::net {

/// Who takes mail from here.
struct MailServer {
  std::string url;   ///< "smtp://[user:password@]host[:port]", or smtps; "" when there is none.
  std::string from;  ///< The sender's address.
};

struct Mail {
  std::string to;       ///< One address.
  std::string subject;  ///< UTF-8.
  std::string text;     ///< UTF-8, lines ended by "\n".
  std::string id;       ///< The Message-ID, without brackets: it tells repeats from news.
  std::string date;     ///< As RFC 5322 has it.
};

/// The bytes of a mail: headers and a body in base64. Source: RFC 5322, 2045 and 2047.
std::string encode_mail(const MailServer& server, const Mail& mail);

/// Hands a mail to the server; waits at most `timeout_ms`. STARTTLS is used where it is offered.
/// kUnavailable when the mail was not taken, kDeadline when it took too long.
Status send_mail(const MailServer& server, const Mail& mail, int timeout_ms);

}  // namespace tracery::net
