// SPDX-License-Identifier: Apache-2.0
#include "net/mail_client.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace tracery::net {
namespace {

TEST(EncodeMail, KeepsEveryTextInsideItsHeader) {
  const MailServer server{"smtp://127.0.0.1", "tracery@shop.example"};
  const Mail mail{"ana@shop.example", "Zoë\r\nBcc: x@y.example", "a\nb", "1@tracery",
                  "Thu, 01 Jan 2026 00:00:00 GMT"};

  const std::string bytes = encode_mail(server, mail);

  EXPECT_EQ(bytes.find("\r\nBcc"), std::string::npos);
  EXPECT_NE(bytes.find("Subject: =?UTF-8?B?" + to_base64(mail.subject) + "?=\r\n"),
            std::string::npos);
  EXPECT_TRUE(bytes.ends_with("\r\n\r\n" + to_base64("a\r\nb") + "\r\n")) << bytes;
}

TEST(EncodeMail, LongLinesAreBrokenBetweenCharacters) {
  std::string subject;
  for (int i = 0; i < 60; ++i) subject += "é";
  const std::string bytes =
      encode_mail({"", "a@b"}, {"c@d", subject, std::string(500, 'x'), "", ""});

  std::string joined;
  for (std::size_t at = 0, end = 0; end != std::string::npos; at = end + 2) {
    end = bytes.find("\r\n", at);
    const std::string line = bytes.substr(at, end - at);
    EXPECT_LE(line.size(), 85U) << line;
    const std::size_t word = line.find("=?UTF-8?B?");
    if (word == std::string::npos) continue;
    const std::string part = *from_base64(line.substr(word + 10, line.size() - word - 12));
    EXPECT_EQ(part.size() % 2, 0U) << "a character is cut";
    joined += part;
  }
  EXPECT_EQ(joined, subject);
}

TEST(SendMail, TellsWhenNobodyListensAndKeepsThePassword) {
  const Status sent =
      send_mail({"smtp://me:secret@127.0.0.1:1", "a@b"}, {"c@d", "s", "t", "", ""}, 2'000);

  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(sent.error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace tracery::net
