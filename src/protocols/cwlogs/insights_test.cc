// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "model/names.h"
#include "protocols/cwlogs/insights_harness.h"
#include "protocols/cwlogs/log_pointer.h"
#include "protocols/cwlogs/message_template.h"
#include "protocols/cwlogs/names.h"

namespace tracery::cwlogs {
namespace {

using Rows = std::vector<std::string>;

model::Event line(int minute, std::string message, std::vector<model::Field> fields = {}) {
  model::Event event;
  event.dataset = "g";
  event.time_ns = kTestDayNs + minute * kTestMinuteNs;
  event.fields = std::move(fields);
  event.fields.push_back({std::string(model::names::kBody), std::move(message)});
  event.fields.push_back({std::string(names::kLogStream), std::string("s")});
  event.fields.push_back({std::string(names::kSequence), event.time_ns + 1'000'000});
  return event;
}

using I = std::int64_t;

/// Four requests of an app; the last message's fields are in its text alone.
std::vector<model::Event> requests() {
  std::vector<model::Event> events = {
      line(1, "GET /a 200 in 12ms",
           {{"status", I{200}}, {"path", std::string("/a")}, {"ms", 12.5}}),
      line(2, "GET /b 404 in 3ms", {{"status", I{404}}, {"path", std::string("/b")}, {"ms", 3.0}}),
      line(7, "GET /a 500 in 90ms user=bob",
           {{"status", I{500}}, {"path", std::string("/a")}, {"ms", 90.25}, {"ok", false}}),
      line(8, R"(x {"status":201,"path":"/c","deep":{"list":[{"id":7}],"a.b":"q"},"@x":"at"})")};
  events.push_back(line(3, "of another group", {}));
  events.back().dataset = "other";
  return events;
}

Rows run(std::string_view text) { return run_insights(text, requests()).rows; }
std::string value(std::string_view expression) {
  const Rows rows = run("filter status = 500 | display " + std::string(expression) + " as x");
  return rows.size() == 1 ? rows[0] : "no row";
}

TEST(Insights, ShowsTimeAndMessageNewestFirst) {
  const auto table = run_insights("", requests());
  EXPECT_EQ(table.columns, (std::vector<std::string>{"@timestamp", "@message"}));
  ASSERT_EQ(table.rows.size(), 4u);
  EXPECT_EQ(table.rows[1], "2023-11-15 00:07:00.000|GET /a 500 in 90ms user=bob");
  EXPECT_EQ(table.stats.rows_in_scope, 4u);
  EXPECT_EQ(table.stats.scan.rows_matched, 4u);
}

TEST(Insights, KnowsSystemFields) {
  EXPECT_EQ(run("fields @log, @logStream, @ingestionTime, @entity | limit 1"),
            Rows{"000000000000:g|s|2023-11-15 00:08:00.001|-"});
}

TEST(Insights, PointsAtEvents) {
  const auto query = parse_insights("limit 1", nullptr);
  InsightsContext context;
  context.groups = {"g"};
  context.to_ns = kTestDayNs * 2;
  const auto compiled = compile_insights(*query, context, nullptr);
  query::RowStats stats;
  const auto table =
      query::run(query::make_memory_snapshot(requests()), compiled->query, {}, &stats);
  ASSERT_TRUE(table.ok());
  ASSERT_EQ(compiled->columns.back(), "@ptr");
  const auto rows = format_rows(*table);
  const std::int64_t time_ns = kTestDayNs + 8 * kTestMinuteNs;
  EXPECT_EQ(decode_pointer(*rows[0].back()), (LogPointer{"g", time_ns, time_ns + 1'000'000}));
}

TEST(Insights, FiltersByFields) {
  const auto count = [](const std::string& condition) {
    return run_insights("filter " + condition, requests()).rows.size();
  };
  EXPECT_EQ(count("status >= 400"), 2u);
  EXPECT_EQ(count("status = '404'"), 1u);
  EXPECT_EQ(count("status != 404"), 3u);
  EXPECT_EQ(count("not status = 404"), 3u);
  EXPECT_EQ(count("ms < 10 or path = \"/c\""), 2u);
  EXPECT_EQ(count("status in [200, 500]"), 2u);
  EXPECT_EQ(count("status not in [200, 500]"), 2u);
  EXPECT_EQ(count("ispresent(ms) and not (ms > 50)"), 2u);
  EXPECT_EQ(count("ms != 3"), 2u) << "a missing field differs from nothing";
  EXPECT_EQ(count("ok = 0"), 1u);
  EXPECT_EQ(count("ok = 'false'"), 1u);
  EXPECT_EQ(count("@message like 'user='"), 1u);
  EXPECT_EQ(count("@message like /GET \\/[ab] [45]\\d\\d/"), 2u);
  EXPECT_EQ(count("@message not like /GET/"), 1u);
  EXPECT_EQ(count("@message =~ /(?i)get/"), 3u);
  EXPECT_EQ(count("@message like /USER/ or strcontains(@message, 'user')"), 1u);
  EXPECT_EQ(count("@timestamp >= '2023-11-15 00:07'"), 2u);
  EXPECT_EQ(count("FILTERED = 1"), 0u);
}

TEST(Insights, FindsFieldsThatAreNoColumns) {
  EXPECT_EQ(run("filter status = 201 | display path, deep.list[0].id, "
                "`deep.a.b`, deep.list, @@x"),
            Rows{"/c|7|q|[{\"id\":7}]|at"});
}

TEST(Insights, ParsesByGlob) {
  EXPECT_EQ(run("parse @message 'GET * * in *ms' as p, s, t | filter t > 10 | display p, s, t"),
            (Rows{"/a|500|90", "/a|200|12"}));
  EXPECT_EQ(run("parse 'user=*' as who | filter ispresent(who) | display who"), Rows{"bob"});
}

TEST(Insights, ParsesByRegularExpression) {
  EXPECT_EQ(run(R"(parse @message /GET (?<p>\S+) (?<code>\d+)( in (\d+)ms)?/
                   | filter code >= 404 | sort code | display p, code)"),
            (Rows{"/b|404", "/a|500"}));
  EXPECT_EQ(run("fields path as x | parse x /\\/(b)/ as y | filter ispresent(y) | display y"),
            Rows{"b"});
}

TEST(Insights, Aggregates) {
  EXPECT_EQ(run("stats count(*), count(ms), sum(ms), avg(ms), min(ms), max(status) as m"),
            Rows{"4|3|105.75|35.25|3|500"});
  EXPECT_EQ(run("stats count_distinct(path), median(ms), pct(ms, 99), stddev(status)"),
            Rows{"3|12.5|90.25|130.25047984556525"})
      << "of the population";
}

TEST(Insights, GroupsByFieldsAndBins) {
  EXPECT_EQ(run("stats count(*) as n by path"), (Rows{"/a|2", "/b|1", "/c|1"}));
  EXPECT_EQ(run("stats count(*) by bin(5m)"),
            (Rows{"2023-11-15 00:00:00.000|2", "2023-11-15 00:05:00.000|2"}));
  EXPECT_EQ(run("stats count(*) by bin(5m) as t, path | sort t desc, path desc | limit 2"),
            (Rows{"2023-11-15 00:05:00.000|/c|1", "2023-11-15 00:05:00.000|/a|1"}));
}

TEST(Insights, CalculatesWithAggregates) {
  EXPECT_EQ(run("stats max(ms) / 2 as half, min(ms) as low, half - low as span"),
            Rows{"45.125|3|42.125"});
  EXPECT_EQ(run("stats count(*) as n by path | stats max(n), sum(n)"), Rows{"2|4"});
}

TEST(Insights, FindsTheEarliestAndTheLatest) {
  EXPECT_EQ(run("stats earliest(path), latest(path), sortsFirst(path), sortsLast(status)"),
            Rows{"/a|/c|/a|500"});
}

TEST(Insights, GivesNoRowForNothing) {
  EXPECT_EQ(run("filter status = 1 | stats count(*)"), Rows());
}

TEST(Insights, SortsNaturally) {
  std::vector<model::Event> events;
  for (const char* text : {"2", "a12345hfh", "111A", "A", "10", "5A", "@_", "!:", "01", "0#"}) {
    events.push_back(line(1, "m", {{"k", std::string(text)}}));
  }
  events.push_back(line(1, "m"));
  EXPECT_EQ(run_insights("fields k | sort k", events).rows,
            (Rows{"!:", "0#", "5A", "111A", "@_", "A", "a12345hfh", "01", "2", "10", "-"}));
  EXPECT_EQ(run_insights("fields k | sort k desc | limit 2", events).rows, (Rows{"10", "2"}));
}

TEST(Insights, LimitsBeforeWhatFollows) {
  EXPECT_EQ(run("sort @timestamp asc | limit 2 | filter status = 404 | fields path"),
            Rows{"2023-11-15 00:02:00.000|GET /b 404 in 3ms|/b"});
  EXPECT_EQ(run("sort @timestamp asc | limit 2 | stats max(ms)"), Rows{"12.5"});
}

TEST(Insights, DropsDuplicates) {
  EXPECT_EQ(run("fields path | filter status < 999 | dedup path"), (Rows{"/c", "/a", "/b"}));
  EXPECT_EQ(run("fields status | sort status asc | dedup path | limit 2"), (Rows{"200", "201"}));
  EXPECT_EQ(run("fields status | dedup ok | limit 3"), (Rows{"201", "500", "404"}))
      << "rows without the field stay";
}

TEST(Insights, ReadsJsonInsideFields) {
  EXPECT_EQ(run("filter status = 201 | parse @message 'x *' as j | fields jsonParse(j) as o"
                " | display o.path, o.deep.list[0].id, jsonStringify(o.deep.list), "
                "jsonParse(j).status"),
            Rows{"/c|7|[{\"id\":7}]|201"});
}

TEST(Insights, MakesARowOfEachElement) {
  const std::vector<model::Event> events = {
      line(1, R"({"order":1,"items":[{"id":"a","n":2},{"id":"b","n":3}]})"),
      line(2, R"({"order":2,"items":[]})"), line(3, R"({"order":3,"items":[{"id":"a","n":5}]})")};
  EXPECT_EQ(run_insights("unnest items into item | display order, item.id, item.n", events).rows,
            (Rows{"3|a|5", "1|a|2", "1|b|3"}));
  EXPECT_EQ(run_insights("fields jsonParse(@message) as j | unnest j.items into item | "
                         "filter item.n > 2 | stats sum(item.n) by item.id",
                         events)
                .rows,
            (Rows{"a|5", "b|3"}));
}

TEST(Insights, HasFunctions) {
  EXPECT_EQ(value("status + 1 - 2 * 3 ^ 2 % 5"), "498");
  EXPECT_EQ(value("-status / 0"), "-");
  EXPECT_EQ(value("abs(-2) + ceil(1.2) + floor(1.8) + sqrt(9) + log(1)"), "8");
  EXPECT_EQ(value("greatest(1, ms, 'x') - least(3, 2)"), "88.25");
  EXPECT_EQ(value("coalesce(nope, path)"), "/a");
  EXPECT_EQ(value("if(status = 500, 'bad', 'good')"), "bad");
  EXPECT_EQ(value("case(status = 1, 'one', status = 500, 'five', 'none')"), "five");
  EXPECT_EQ(value("concat(path, '-', nope, isempty(nope), isblank(' '))"), "/a-11");
  EXPECT_EQ(value("concat(ltrim('  a '), rtrim('xbx', 'x'), trim(' c '))"), "a xbc");
  EXPECT_EQ(value("concat(strlen('h\xc3\xa9'), toupper('a'), tolower('B'))"), "2Ab");
  EXPECT_EQ(value("concat(substr('h\xc3\xa9llo', 1, 3), substr('abc', 2), substr('a', 9))"),
            "\xc3\xa9llc");
  EXPECT_EQ(value("replace('a-b-c', '-', '+')"), "a+b+c");
  EXPECT_EQ(value("strcontains(path, 'a')"), "1");
  EXPECT_EQ(value("unmask(path)"), "/a");
  EXPECT_EQ(value("datefloor(@timestamp, 1h)"), "2023-11-15 00:00:00.000");
  EXPECT_EQ(value("dateceil(@timestamp, 1d)"), "2023-11-16 00:00:00.000");
  EXPECT_EQ(value("bin(1mo)"), "2023-11-01 00:00:00.000");
  EXPECT_EQ(value("bin(1w)"), "2023-11-13 00:00:00.000");
  EXPECT_EQ(value("fromMillis(1700006400123)"), "2023-11-15 00:00:00.123");
  EXPECT_EQ(value("toMillis(@timestamp)"), "1700006820000");
  EXPECT_EQ(value("now() - toMillis(@timestamp) / 1000"), "119580");
  EXPECT_EQ(value("isValidIp('10.0.0.1') + isValidIpV4('::1') + isValidIpV6('::1')"), "2");
  EXPECT_EQ(value("isIpInSubnet('10.1.2.3', '10.1.0.0/16') + "
                  "isIpv4InSubnet('10.2.2.3', '10.1.0.0/16') + "
                  "isIpv6InSubnet('2001:db8::1', '2001:db8::/32')"),
            "2");
}

TEST(Insights, ReadsTheLinesOfLambda) {
  const std::vector<model::Event> events = {
      line(1,
           "REPORT RequestId: 8f-1\tDuration: 3.5 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB"
           "\tMax Memory Used: 35 MB\tInit Duration: 100.5 ms\t")};
  EXPECT_EQ(run_insights("display @type, @requestId, @duration, @billedDuration, "
                         "@memorySize / 1000 / 1000, @maxMemoryUsed, @initDuration",
                         events)
                .rows,
            Rows{"REPORT|8f-1|3.5|4|128|35000000|100.5"});
}

TEST(Insights, IgnoresCommentsAndCase) {
  EXPECT_EQ(run("# first\nFILTER status = 500 # the bad one\n| DISPLAY path"), Rows{"/a"});
}

TEST(Insights, FindsPatterns) {
  std::vector<model::Event> events;
  for (int i = 0; i < 6; ++i) {
    events.push_back(line(i, "[INFO] Request time: " + std::to_string(300 + i) + " ms for user" +
                                 std::string(1, static_cast<char>('a' + i)) + " from 10.0.0." +
                                 std::to_string(i)));
  }
  for (int i = 0; i < 2; ++i) {
    events.push_back(line(i, "2023-11-15T00:00:0" + std::to_string(i) + "Z ERROR id=" +
                                 "0af7651916cd43dd8448eb211c80319" + std::to_string(i)));
  }
  EXPECT_EQ(run_insights("pattern @message", events).rows,
            (Rows{"[INFO] Request time: <Number-1> ms for <Token-2> from <IP-3>|0.75|6|INFO",
                  "<Time-1> ERROR id=<ID-2>|0.25|2|ERROR"}));
  EXPECT_EQ(
      run_insights("pattern @message | sort @sampleCount | limit 1 | display @pattern", events)
          .rows,
      Rows{"<Time-1> ERROR id=<ID-2>"});
}

TEST(Insights, ComparesPatternsWithThePeriodBefore) {
  std::vector<model::Event> events = {line(1, "old thing happened"), line(2, "new thing"),
                                      line(-5, "old thing happened"), line(-6, "gone now"),
                                      line(-7, "old thing happened")};
  EXPECT_EQ(run_insights("pattern @message | diff", events).rows,
            (Rows{"new thing|0.5|1|NONE|1|New", "old thing happened|0.5|1|NONE|-1|Decreased by 50%",
                  "gone now|0|0|NONE|-1|Disappeared"}));
  EXPECT_EQ(run_insights("diff previousWeek", events).rows.size(), 2u);
}

TEST(Insights, FindsAnomaliesOfPatterns) {
  std::vector<model::Event> events = {line(1, "new thing here")};
  for (int i = 0; i < 4; ++i) {
    events.push_back(line(2, "usual thing happened"));
    events.push_back(line(-5, "usual thing happened"));
  }
  for (int i = 0; i < 9; ++i) events.push_back(line(-6, "gone, all of it"));
  EXPECT_EQ(
      run_insights("pattern @message | anomaly", events).rows,
      (Rows{"gone, all of it|0|0|NONE|Pattern frequency|-3",
            "new thing here|0.2|1|NONE|New pattern|1", "usual thing happened|0.8|4|NONE|-|0"}));
  events.resize(1);
  EXPECT_EQ(run_insights("pattern @message | anomaly", events).rows,
            Rows{"new thing here|1|1|NONE|-|-"})
      << "nothing is known of the time before";
}

TEST(Insights, AddsTotals) {
  EXPECT_EQ(run("filter ispresent(ms) | display status, ms, path | addtotals | sort status"),
            (Rows{"200|12.5|/a|212.5", "404|3|/b|407", "500|90.25|/a|590.25"}));
  EXPECT_EQ(run("filter status = 500 | display ms | addtotals fieldname=Sum status, ms, nope"),
            Rows{"90.25|590.25"});
  EXPECT_EQ(run("stats sum(ms) as s, count(*) as n by path | addtotals row=false col=true n"),
            (Rows{"/a|102.75|2", "/b|3|1", "/c|-|1", "-|-|4"}));
  EXPECT_EQ(run("display ms | sort @timestamp asc | limit 2 | addtotals col=true"),
            (Rows{"12.5|12.5", "3|3", "15.5|15.5"}));
  EXPECT_EQ(run("stats count(*) as n by path | addtotals col=true | filter n > 3"), Rows{"-|4|4"});
}

TEST(Insights, FiltersByQueriesInside) {
  EXPECT_EQ(run("filter path in (filter status = 500 | fields path) | display status"),
            (Rows{"500", "200"}));
  EXPECT_EQ(run("filter status not in (SOURCE 'g' | stats max(status) as top by path | sort top "
                "desc | limit 2 | display top) and ispresent(ms) | display status"),
            Rows{"200"});
  EXPECT_EQ(run("filter ms in (SOURCE \"other\" | display @message)"), Rows());
  EXPECT_EQ(run("filter status in (display status | dedup path) | display path, status"),
            (Rows{"/c|201", "/a|500", "/b|404"}));
  EXPECT_EQ(run("filter toupper(path) in (filter path in (filter status = 404 | fields path) "
                "| display toupper(path))"
                " | display path"),
            Rows{"/b"});
}

TEST(Insights, JoinsGroups) {
  std::vector<model::Event> events = requests();
  for (int i = 0; i < 2; ++i) {
    events.push_back(line(9, "job", {{"path", std::string("/a")}, {"cost", I{10 + i}}}));
    events.back().dataset = "jobs";
  }
  events.push_back(line(9, "odd job", {{"path", std::string("/c")}, {"cost", I{7}}}));
  events.back().dataset = "jobs";
  const std::string join = "left=a right=j where a.path=j.path (SOURCE 'jobs')";
  EXPECT_EQ(run_insights("filter status < 300 | join " + join +
                             " | display a.status, j.cost, path | sort j.cost",
                         events)
                .rows,
            (Rows{"201|7|/c", "200|10|/a", "200|11|/a"}));
  EXPECT_EQ(run_insights(
                "join type=left " + join + " | stats sum(j.cost) as cost, count(*) as n by a.path",
                events)
                .rows,
            (Rows{"/a|42|4", "/b|-|1", "/c|7|1"}));
  EXPECT_EQ(run_insights("stats count(*) as n by path | sort n desc | limit 1 | join type=INNER "
                         "right=j left=a where j.path=a.path (SOURCE 'jobs' | stats "
                         "sum(cost) as cost by path) | fields j.cost | addtotals a.n, j.cost",
                         events)
                .rows,
            Rows{"/a|2|21|23"});
  EXPECT_EQ(run_insights("filter status = 404 | join type=left " + join, events).rows,
            Rows{"2023-11-15 00:02:00.000|GET /b 404 in 3ms|-|-|-"});
  EXPECT_EQ(run_insights("filter status = 201 | join " + join +
                             " | limit 5 | filter j.cost = 7 "
                             "| display a.status, j.@message",
                         events)
                .rows,
            Rows{"201|odd job"});
}

TEST(Insights, LooksUpTables) {
  EXPECT_EQ(run("lookup codes code as status, path OUTPUT what | sort status | display status, "
                "what"),
            (Rows{"200|fine", "201|-", "404|not, found", "500|broken"}));
  EXPECT_EQ(run("filter status = 500 | display path | lookup codes path OUTPUT code as first, "
                "what as path"),
            Rows{"fine|200"})
      << "the first row of the table, over what had the name";
}

TEST(Insights, DoesNotDependOnHowRowsLie) {
  std::vector<model::Event> events;
  for (int i = 0; i < 3'000; ++i) {
    events.push_back(line(i % 1'400, "m" + std::to_string(i), {{"k", I{i % 7}}, {"v", I{i}}}));
    events.back().fields.back().value = events.back().time_ns + i;
  }
  for (const char* text : {"stats count(*), sum(v), latest(v) by k, bin(1h)", "limit 100",
                           "fields v | sort k, v desc | limit 50", "fields v | dedup k"}) {
    const auto expected = run_insights(text, events).rows;
    for (const std::uint64_t seed : {1, 2, 3}) {
      query::MemoryLayout layout{
          .group_rows = 64, .sources = 3, .shuffle = true, .random_shapes = true, .seed = seed};
      EXPECT_EQ(run_insights(text, events, layout).rows, expected) << text;
    }
  }
}

TEST(Insights, ReadsSources) {
  const auto query = parse_insights(
      "SOURCE \"a\", logGroups(namePrefix: ['x', 'y'], class: 'STANDARD') START=-1h END=0 | limit "
      "1",
      nullptr);
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->source->groups, Rows{"a"});
  EXPECT_EQ(query->source->prefixes, (Rows{"x", "y"}));
  EXPECT_EQ(query->source->start_ms, -3'600'000);
  EXPECT_EQ(query->source->end_ms, 0);
  EXPECT_EQ(query->commands.size(), 1u);
}

TEST(Insights, SaysWhereItIsWrong) {
  const struct {
    std::string_view query, problem;
  } cases[] = {
      {"fields a |", "unexpected end of query at line 1 and position 10 [10,10)"},
      {"count()", "unexpected symbol found count at line 1 and position 0 [0,5)"},
      {"fields a\n| filtr b", "unexpected symbol found filtr at line 2 and position 2 [11,16)"},
      {"filter \xc3\xa9 = = 1", "unexpected symbol found = at line 1 and position 11 [11,12)"},
      {"filter a = 'x", "unclosed quote at line 1 and position 11 [11,13)"},
      {"filter `a", "unclosed backtick at line 1 and position 7 [7,9)"},
      {"filter a like /x", "unclosed regular expression at line 1 and position 14 [14,16)"},
      {"filter a like /(/",
       "invalid regular expression: missing ): ( at line 1 and position 14 [14,17)"},
      {"filter a ! b", "unexpected symbol found ! at line 1 and position 9 [9,10)"},
      {"filter a in (b)", "unexpected symbol found b at line 1 and position 13 [13,14)"},
      {"filter a in (fields b, c)",
       "subquery must give one field, or one named a at line 1 and position 12 [12,25)"},
      {"filter a in (SOURCE 'nowhere' | fields a)",
       "no such group at line 1 and position 12 [12,41)"},
      {"join left=a right=b where a.x=c.y (SOURCE 'g')",
       "join compares a field of each side, a.x=b.y at line 1 and position 26 [26,33)"},
      {"join left=a where a.x=a.y (SOURCE 'g')",
       "join needs two names, left= and right= at line 1 and position 5 [5,9)"},
      {"join type=outer left=a right=b where a.x=b.x (SOURCE 'g')",
       "join type must be inner or left at line 1 and position 5 [5,9)"},
      {"join left=a right=b where a.x=b.x (SOURCE 'g'",
       "unexpected end of query at line 1 and position 45 [45,45)"},
      {"addtotals row=maybe", "row must be true or false at line 1 and position 10 [10,13)"},
      {"lookup nope a OUTPUT b", "no lookup table nope at line 1 and position 7 [7,11)"},
      {"lookup codes a OUTPUT b", "lookup table has no field a at line 1 and position 7 [7,12)"},
      {"lookup codes code", "unexpected end of query at line 1 and position 17 [17,17)"},
      {"filter (a = 1", "unexpected end of query at line 1 and position 13 [13,13)"},
      {"fields nope(a)", "unknown function nope at line 1 and position 7 [7,14)"},
      {"fields strlen()",
       "invalid number of arguments for function strlen at line 1 and position 7 [7,15)"},
      {"fields bin(a)", "invalid time period a at line 1 and position 11 [11,12)"},
      {"fields bin(5x)", "invalid time period 5x at line 1 and position 11 [11,13)"},
      {"fields count(a)",
       "aggregate function count outside of stats at line 1 and position 7 [7,15)"},
      {"fields 5m", "unexpected symbol found 5m at line 1 and position 7 [7,9)"},
      {"stats pct(a, 101)",
       "percentile must be a number between 0 and 100 at line 1 and position 13 [13,16)"},
      {"stats sum()",
       "invalid number of arguments for function sum at line 1 and position 6 [6,11)"},
      {"limit 0", "limit must be between 1 and 100000 at line 1 and position 6 [6,7)"},
      {"limit x", "unexpected symbol found x at line 1 and position 6 [6,7)"},
      {"parse @message 'a * b'", "unexpected end of query at line 1 and position 22 [22,22)"},
      {"parse @message 'a * b' as x, y",
       "parse needs as many names as there are * in its pattern at line 1 and position 15 [15,22)"},
      {"parse /a/",
       "regular expression needs a named group for each field at line 1 and position 6 [6,9)"},
      {"dedup a | sort a", "only limit may follow dedup at line 1 and position 10 [10,14)"},
      {"stats count(*) | diff", "diff needs log events at line 1 and position 17 [17,21)"},
      {"anomaly", "anomaly must follow pattern at line 1 and position 0 [0,7)"},
      {"stats count(*) | pattern a | anomaly",
       "anomaly needs log events at line 1 and position 29 [29,36)"},
      {"SOURCE x", "unexpected symbol found x at line 1 and position 7 [7,8)"},
  };
  for (const auto& one : cases) EXPECT_EQ(insights_problem(one.query), one.problem) << one.query;
  EXPECT_EQ(insights_problem("filter " + std::string(500, '(') + "a"),
            "expression nested too deep at line 1 and position 107 [107,108)");
}

}  // namespace
}  // namespace tracery::cwlogs
