// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/grouping.h"

#include <gtest/gtest.h>

#include "protocols/rollbar/frame_names.h"
#include "protocols/rollbar/message_pattern.h"

namespace tracery::rollbar {
namespace {

Report exception_report(std::vector<Frame> frames) {
  Report report;
  report.kind = ReportKind::kTrace;
  report.exceptions = {{"KeyError", "'user_handle'", {}, std::move(frames)}};
  return report;
}

TEST(Grouping, LineNumbersAndMessagesOfExceptionsTakeNoPart) {
  Report before = exception_report({{"/srv/app.py", "home", 71}});
  Report after = exception_report({{"/srv/app.py", "home", 84}});
  after.exceptions[0].message = "'user_id'";

  EXPECT_EQ(grouping_text(before), grouping_text(after));
  after.exceptions[0].type = "IndexError";
  EXPECT_NE(grouping_text(before), grouping_text(after));
}

TEST(Grouping, ReleaseFoldersRootsAndDigestsTakeNoPart) {
  const auto same = [](std::string_view one, std::string_view other) {
    EXPECT_EQ(normalize_filename(one, ""), normalize_filename(other, "")) << one << " " << other;
  };
  same("/var/www/releases/20240101120000/app.rb", "/var/www/releases/20240202130000/app.rb");
  same("https://a.example/assets/main.3f2a9c1d.js",
       "https://b.example/assets/main.77ab01ce.js?v=2");
  same("https://a.example/assets/index-BfX92kd1.js", "https://a.example/assets/index-Qz81mmKd.js");
  same("file:///srv/dist/shop-MD5D5XYK.mjs", "file:///srv/dist/shop-Q7RSTUVW.mjs");
  same("/venv/lib/python3.11/site-packages/flask/app.py",
       "/venv/lib/python3.12/site-packages/flask/app.py");
  same("/srv/3f2a9c1d77ab/app.py", "/srv/77ab01ce3f2a/app.py");
  same("C:\\app\\main.cs", "c:/app/main.cs");
  EXPECT_EQ(normalize_filename("/srv/app/views/home.py", "/srv/app/"), "views/home.py");
  EXPECT_NE(normalize_filename("/srv/feed.py", ""), normalize_filename("/srv/face.py", ""));
  EXPECT_NE(normalize_filename("static/js/vendor.js", ""),
            normalize_filename("static/js/main.js", ""));
}

TEST(Grouping, WhatCompilersNumberTakesNoPart) {
  EXPECT_EQ(normalize_method("main.(*Server).serve.func1.2"), "main.(*Server).serve");
  EXPECT_EQ(normalize_method("lambda$main$14"), normalize_method("lambda$main$3"));
  EXPECT_EQ(normalize_method("block (2 levels) in show"), "block in show");
  EXPECT_EQ(normalize_method("parse<std::vector<int>>"), "parse");
  EXPECT_EQ(normalize_method("parse [clone .part.3]"), "parse");
  EXPECT_EQ(normalize_method("<lambda>"), "<lambda>");
  EXPECT_EQ(normalize_method("[anonymous]"), normalize_method(""));
}

TEST(Grouping, ARecursionIsOneErrorHoweverDeepItWent) {
  const Frame call{"/srv/tree.py", "walk", 3};
  EXPECT_EQ(grouping_text(exception_report({call, call})),
            grouping_text(exception_report({call, call, call, call})));
}

TEST(Grouping, ARecursionThroughSeveralFunctionsIsOneErrorToo) {
  const Frame even{"/srv/tree.py", "even", 3};
  const Frame odd{"/srv/tree.py", "odd", 7};
  const Report flat = exception_report({even, odd, even});
  const Report deep = exception_report({even, odd, even, odd, even, odd, even});
  EXPECT_EQ(grouping_text(flat), grouping_text(deep));
  EXPECT_NE(grouping_text(flat, 1), grouping_text(deep, 1));
}

TEST(Grouping, HowTheRuntimeGaveControlTakesNoPart) {
  const Frame loop{"node:internal/process/task_queues", "process.processTicksAndRejections", 103};
  const Frame call{"/srv/shop.mjs", "checkout", 9};
  EXPECT_EQ(grouping_text(exception_report({loop, call})), grouping_text(exception_report({call})));
  EXPECT_NE(grouping_text(exception_report({loop})), grouping_text(exception_report({})));
}

TEST(Grouping, QuotedWordsOfMessagesTakeNoPart) {
  EXPECT_EQ(message_pattern("user 'Bob O.' can't pay \"a b\", won't", Quoted::kMasked),
            "user <text> can't pay <text>, won't");
  EXPECT_EQ(message_pattern("user 'ann'"), "user 'ann'");
}

TEST(Grouping, MessagesGroupByTheirPattern) {
  EXPECT_EQ(message_pattern("order 1234 of bob@example.org failed after 3.5 s"),
            "order <n> of <email> failed after <n> s");
  EXPECT_EQ(message_pattern("no user 6f9619ff-8b86-d011-b42d-00cf4fc964ff from 10.1.2.3"),
            "no user <uuid> from <ip>");
  EXPECT_EQ(message_pattern("at 2026-01-02T03:04:05Z GET https://x.example/a?b=1 gave 0x7ffe12"),
            "at <date> GET <url> gave <hex>");
  EXPECT_EQ(message_pattern("commit 3f2a9c1d77 by deadbeef"), "commit <hex> by deadbeef");
  EXPECT_EQ(message_pattern("12345678 items"), message_pattern("7 items"));
  EXPECT_EQ(message_pattern("  first\nsecond"), "first");
}

TEST(Grouping, WithoutFramesTheMessageTellsApart) {
  Report one = exception_report({});
  Report other = exception_report({});
  other.exceptions[0].message = "something else";
  EXPECT_NE(grouping_text(one), grouping_text(other));
}

TEST(Grouping, ASentFingerprintDecidesAlone) {
  Report one = exception_report({{"/a.py", "f"}});
  Report other = exception_report({{"/b.py", "g"}});
  one.fingerprint = other.fingerprint = "checkout";
  EXPECT_EQ(grouping_text(one), grouping_text(other));
}

TEST(Grouping, ItemsBelongToAProjectAndAnEnvironment) {
  const ItemKey key = item_key("p", "production", 1, "x");
  EXPECT_EQ(key, item_key("p", "production", 1, "x"));
  EXPECT_NE(key, item_key("q", "production", 1, "x"));
  EXPECT_NE(key, item_key("p", "staging", 1, "x"));
  EXPECT_NE(key, item_key("p", "production", 2, "x"));
}

TEST(Grouping, TwoReportersOfOneExceptionHaveOnePairKey) {
  Report rollbar = exception_report({{"/a.py", "f"}});
  rollbar.trace_id = "6f0c9d1b2a3e4f5061728394a5b6c7d8";
  Report otel = rollbar;
  otel.exceptions[0].type = "builtins.KeyError";
  otel.exceptions[0].frames.clear();
  EXPECT_EQ(pair_key(rollbar), pair_key(otel));
  otel.exceptions[0].message = "other";
  EXPECT_NE(pair_key(rollbar), pair_key(otel));
  otel.trace_id.clear();
  EXPECT_EQ(pair_key(otel), 0U);
}

TEST(Title, IsTheSentOneElseClassAndMessage) {
  Report report = exception_report({});
  EXPECT_EQ(title_of(report), "KeyError: 'user_handle'");
  report.exceptions[0].description = "no such user\nmore";
  EXPECT_EQ(title_of(report), "KeyError: no such user");
  report.title = std::string(300, 'x');
  EXPECT_EQ(title_of(report).size(), 255U);
}

}  // namespace
}  // namespace tracery::rollbar
