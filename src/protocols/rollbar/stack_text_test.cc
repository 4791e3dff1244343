// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/stack_text.h"

#include <gtest/gtest.h>

namespace tracery::rollbar {
namespace {

std::string calls_of(const Exception& exception) {
  std::string text;
  for (const Frame& frame : exception.frames) {
    text += frame.filename + ":" + std::to_string(frame.lineno) + ":" + frame.method + "\n";
  }
  return text;
}

TEST(StackText, ReadsPythonWithItsCause) {
  const auto read = read_stack_text(
      "Traceback (most recent call last):\n"
      "  File \"/srv/db.py\", line 3, in query\n    run()\n"
      "OSError: gone\n\n"
      "The above exception was the direct cause of the following exception:\n\n"
      "Traceback (most recent call last):\n"
      "  File \"/srv/app.py\", line 10, in <module>\n    home()\n"
      "  File \"/srv/app.py\", line 71, in home\n    query()\n"
      "AppError: no data\n",
      "AppError", "no data");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].type, "AppError");
  EXPECT_EQ(calls_of(read[0]), "/srv/app.py:10:<module>\n/srv/app.py:71:home\n");
  EXPECT_EQ(read[1].type, "OSError");
  EXPECT_EQ(read[1].message, "gone");
  EXPECT_EQ(calls_of(read[1]), "/srv/db.py:3:query\n");
}

TEST(StackText, ReadsJavaWithItsCause) {
  const auto read = read_stack_text(
      "java.lang.IllegalStateException: late\n"
      "\tat com.shop.Cart.add(Cart.java:12)\n\tat com.shop.Main.main(Main.java:5)\n"
      "Caused by: java.io.IOException: pipe\n\tat com.shop.Net.send(Net.java:9)\n\t... 2 more\n",
      "java.lang.IllegalStateException", "late");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(calls_of(read[0]), "Main.java:5:com.shop.Main.main\nCart.java:12:com.shop.Cart.add\n");
  EXPECT_EQ(read[1].type, "java.io.IOException");
  EXPECT_EQ(calls_of(read[1]), "Net.java:9:com.shop.Net.send\n");
}

TEST(StackText, ReadsOtherLanguages) {
  const auto calls = [](std::string_view text) {
    return calls_of(read_stack_text(text, "E", "m").front());
  };
  EXPECT_EQ(calls("TypeError: x\n    at load (/srv/a.js:3:5)\n    at /srv/b.js:9:1\n"),
            "/srv/b.js:9:\n/srv/a.js:3:load\n");
  EXPECT_EQ(calls("load@https://x.example/a.js:3:5\n@https://x.example/b.js:9:1\n"),
            "https://x.example/b.js:9:\nhttps://x.example/a.js:3:load\n");
  EXPECT_EQ(calls("   at Shop.Cart.Add(Int32 n) in C:\\src\\Cart.cs:line 12\n"),
            "C:\\src\\Cart.cs:12:Shop.Cart.Add(Int32 n)\n");
  EXPECT_EQ(calls("goroutine 1 [running]:\nmain.load(0xc0001, 0x2)\n\t/srv/main.go:12 +0x1d\n"
                  "main.main()\n\t/srv/main.go:5 +0x20\n"),
            "/srv/main.go:5:main.main\n/srv/main.go:12:main.load\n");
  EXPECT_EQ(calls("app.rb:3:in `load'\nfrom main.rb:9:in `<main>'\n"),
            "main.rb:9:<main>\napp.rb:3:load\n");
  EXPECT_EQ(calls("#0 /srv/a.php(12): Cart->add()\n#1 {main}\n"), "/srv/a.php:12:Cart->add()\n");
  EXPECT_EQ(calls("nothing to see"), "");
}

}  // namespace
}  // namespace tracery::rollbar
