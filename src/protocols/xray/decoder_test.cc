// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/decoder.h"

#include <gtest/gtest.h>

#include "base/json_writer.h"
#include "model/event.h"
#include "protocols/xray/names.h"

namespace tracery::xray {
namespace {

using model::Event;
using model::Value;

struct Decoded {
  Outcome outcome;
  std::vector<Event> events;
};

Decoded decode(const std::vector<std::string>& documents,
               Validation validation = Validation::kLenient) {
  std::string body = R"({"TraceSegmentDocuments":[)";
  for (const std::string& document : documents) {
    body += (body.ends_with('[') ? "" : ",") + json_quote(document);
  }
  body += "]}";
  model::EventList sink;
  Decoded decoded;
  decoded.outcome = *decode_put_segments(body, validation, sink);
  decoded.events = sink.take();
  return decoded;
}

Value field(const Event& event, std::string_view name) {
  const Value* value = model::find_field(event, name);
  return value == nullptr ? Value() : *value;
}

Value text(const char* value) { return std::string(value); }
Value number(std::int64_t value) { return value; }

const std::string kIds =
    R"("trace_id":"1-5759e988-bd862e3fe1be46a994272793","id":"53995c3f42cd8ad8")";
const std::string kTimes = R"("start_time":1461096053.37518,"end_time":1461096053.4042)";

std::string segment(const std::string& more = {}) {
  return R"({"name":"scorekeep",)" + kIds + ',' + kTimes + (more.empty() ? "" : "," + more) + '}';
}

TEST(DecodeSegments, MakesASegmentASpanEvent) {
  const std::string document = segment(R"("user":"ada","origin":"AWS::EC2::Instance",)"
                                       R"("parent_id":"70de5b6f19ff9a0a")");

  const Decoded decoded = decode({document});

  EXPECT_EQ(decoded.outcome.accepted, 1u);
  ASSERT_EQ(decoded.events.size(), 1u);
  const Event& event = decoded.events[0];
  EXPECT_EQ(event.dataset, "scorekeep");
  EXPECT_EQ(event.time_ns, 1'461'096'053'375'180'000);
  EXPECT_EQ(field(event, "trace.trace_id"), text("5759e988bd862e3fe1be46a994272793"));
  EXPECT_EQ(field(event, "trace.span_id"), text("53995c3f42cd8ad8"));
  EXPECT_EQ(field(event, "trace.parent_id"), text("70de5b6f19ff9a0a"));
  EXPECT_EQ(field(event, "name"), text("scorekeep"));
  EXPECT_EQ(field(event, "service.name"), text("scorekeep"));
  EXPECT_EQ(field(event, "span.kind"), text("server"));
  EXPECT_EQ(field(event, "duration_ms"), Value(29.02));
  EXPECT_EQ(field(event, "status_code"), number(0));
  EXPECT_EQ(field(event, "error"), Value());
  EXPECT_EQ(field(event, "enduser.id"), text("ada"));
  EXPECT_EQ(field(event, "aws.xray.origin"), text("AWS::EC2::Instance"));
  EXPECT_EQ(field(event, "cloud.provider"), text("aws"));
  EXPECT_EQ(field(event, "meta.source"), text("xray"));
  EXPECT_EQ(field(event, "meta.document"), Value(document));
}

TEST(DecodeSegments, MakesEachSubsegmentASpanUnderTheOneAroundIt) {
  const Decoded decoded = decode({segment(
      R"("subsegments":[{"name":"mock-data","id":"1111111111111111","namespace":"local",)" +
      kTimes + R"(,"subsegments":[{"name":"DynamoDB","id":"2222222222222222","namespace":"aws",)" +
      kTimes + R"(,"aws":{"operation":"GetItem","table_name":"game","retries":2}}]}])")});

  ASSERT_EQ(decoded.events.size(), 3u);
  const Event& local = decoded.events[1];
  const Event& call = decoded.events[2];
  EXPECT_EQ(local.dataset, "scorekeep");
  EXPECT_EQ(field(local, "trace.parent_id"), text("53995c3f42cd8ad8"));
  EXPECT_EQ(field(local, "span.kind"), text("internal"));
  EXPECT_EQ(field(local, "aws.xray.namespace"), Value());
  EXPECT_EQ(field(local, "meta.document"), Value());
  EXPECT_EQ(field(call, "trace.parent_id"), text("1111111111111111"));
  EXPECT_EQ(field(call, "trace.trace_id"), text("5759e988bd862e3fe1be46a994272793"));
  EXPECT_EQ(field(call, "service.name"), text("scorekeep"));
  EXPECT_EQ(field(call, "span.kind"), text("client"));
  EXPECT_EQ(field(call, "aws.service"), text("DynamoDB"));
  EXPECT_EQ(field(call, "aws.operation"), text("GetItem"));
  EXPECT_EQ(field(call, "aws.retries"), number(2));
  EXPECT_EQ(field(call, names::kNodeName), text("game"));
  EXPECT_EQ(field(call, names::kNodeType), text("AWS::DynamoDB::Table"));
}

TEST(DecodeSegments, TakesASubsegmentSentApart) {
  const std::string document =
      R"({"name":"api.example.com","type":"subsegment",)" + kIds +
      R"(,"parent_id":"70de5b6f19ff9a0a","namespace":"remote",)" + kTimes +
      R"(,"http":{"request":{"method":"get","url":"https://api.example.com/a?b=1"},)"
      R"("response":{"status":404,"content_length":"17"}},"error":true})";

  const Decoded decoded = decode({document});

  ASSERT_EQ(decoded.events.size(), 1u);
  const Event& event = decoded.events[0];
  EXPECT_EQ(event.dataset, "xray");
  EXPECT_EQ(field(event, "service.name"), Value());
  EXPECT_EQ(field(event, "aws.xray.entity"), text("subsegment"));
  EXPECT_EQ(field(event, "http.method"), text("GET"));
  EXPECT_EQ(field(event, "http.host"), text("api.example.com"));
  EXPECT_EQ(field(event, "http.target"), text("/a?b=1"));
  EXPECT_EQ(field(event, "http.status_code"), number(404));
  EXPECT_EQ(field(event, "http.response_content_length"), number(17));
  EXPECT_EQ(field(event, "aws.xray.error"), Value(true));
  EXPECT_EQ(field(event, "error"), Value(true));
  EXPECT_EQ(field(event, "status_code"), number(2));
  EXPECT_EQ(field(event, names::kNodeType), text("remote"));
  EXPECT_EQ(field(event, "meta.document"), Value(document));
}

TEST(DecodeSegments, GivesAnInProgressSegmentNoDuration) {
  const Decoded decoded =
      decode({R"({"name":"a","start_time":1478293361.271,"in_progress":true,)" + kIds + '}'});

  EXPECT_EQ(field(decoded.events.at(0), "aws.xray.in_progress"), Value(true));
  EXPECT_EQ(field(decoded.events.at(0), "duration_ms"), Value());
}

TEST(DecodeSegments, TakesTimesBeyondWhatATimeCanBe) {
  const Decoded decoded = decode(
      {R"({"name":"a","start_time":14782323361.271,"end_time":14782323361.5,)" + kIds + '}'});

  EXPECT_EQ(decoded.events.at(0).time_ns, 9'223'372'036'000'000'000);
  EXPECT_EQ(field(decoded.events.at(0), "duration_ms"), Value(229.0));
}

TEST(DecodeSegments, KeepsTheTypesOfAnnotations) {
  const Decoded decoded = decode({segment(
      R"("annotations":{"tier":"free","age":29,"score":1.5,"vip":true,"aws.local.service":"x","none":null},)"
      R"("metadata":{"debug":{"now":{"at":"noon","n":[1,{"a":2}]},"flat":7}})")});

  const Event& event = decoded.events.at(0);
  EXPECT_EQ(field(event, "annotation.tier"), text("free"));
  EXPECT_EQ(field(event, "annotation.age"), number(29));
  EXPECT_EQ(field(event, "annotation.score"), Value(1.5));
  EXPECT_EQ(field(event, "annotation.vip"), Value(true));
  EXPECT_EQ(field(event, "annotation.aws.local.service"), text("x"));
  EXPECT_EQ(field(event, "annotation.none"), Value());
  EXPECT_EQ(field(event, "metadata.debug.now.at"), text("noon"));
  EXPECT_EQ(field(event, "metadata.debug.now.n"), text(R"([1,{"a":2}])"));
  EXPECT_EQ(field(event, "metadata.debug.flat"), number(7));
}

TEST(DecodeSegments, NamesTheResourceAsOtlpDoes) {
  const Decoded decoded = decode({segment(
      R"("aws":{"ec2":{"availability_zone":"us-west-2c","instance_id":"i-0b5a4678fc325bg98"},)"
      R"("xray":{"sdk":"X-Ray for Python","sdk_version":"2.11.0","sampling_rule_name":"Cruddur"},)"
      R"("ecs":{"task_arn":"arn:t"},"cloudwatch_logs":[{"log_group":"g"}]},)"
      R"("service":{"version":"1.2","runtime":"CPython","runtime_version":"3.10"})")});

  const Event& event = decoded.events.at(0);
  EXPECT_EQ(field(event, "cloud.availability_zone"), text("us-west-2c"));
  EXPECT_EQ(field(event, "host.id"), text("i-0b5a4678fc325bg98"));
  EXPECT_EQ(field(event, "telemetry.sdk.name"), text("X-Ray for Python"));
  EXPECT_EQ(field(event, "telemetry.sdk.language"), text("python"));
  EXPECT_EQ(field(event, "aws.xray.sampling_rule"), text("Cruddur"));
  EXPECT_EQ(field(event, "aws.ecs.task_arn"), text("arn:t"));
  EXPECT_EQ(field(event, "aws.cloudwatch_logs"), text(R"([{"log_group":"g"}])"));
  EXPECT_EQ(field(event, "service.version"), text("1.2"));
  EXPECT_EQ(field(event, "process.runtime.name"), text("CPython"));
  EXPECT_EQ(field(event, "process.runtime.version"), text("3.10"));
}

TEST(DecodeSegments, MapsSql) {
  const Decoded decoded = decode(
      {R"({"name":"shop@db","type":"subsegment","namespace":"remote","parent_id":"70de5b6f19ff9a0a",)" +
       kIds + ',' + kTimes +
       R"(,"sql":{"url":"postgresql://db:5432/accounts?ssl=1","sanitized_query":"SELECT ?",)"
       R"("database_type":"PostgreSQL","database_version":"15.1","user":"app"}})"});

  const Event& event = decoded.events.at(0);
  EXPECT_EQ(field(event, "db.system"), text("postgresql"));
  EXPECT_EQ(field(event, "db.name"), text("accounts"));
  EXPECT_EQ(field(event, "db.statement"), text("SELECT ?"));
  EXPECT_EQ(field(event, "db.user"), text("app"));
  EXPECT_EQ(field(event, "db.connection_string"), text("postgresql://db:5432/accounts?ssl=1"));
  EXPECT_EQ(field(event, "sql.database_version"), text("15.1"));
  EXPECT_EQ(field(event, names::kNodeType), text("Database::SQL"));
  EXPECT_EQ(field(event, names::kNodeName), text("shop@db"));
}

TEST(DecodeSegments, WritesExceptionsAsOtlpDoes) {
  const Decoded decoded = decode({segment(
      R"("fault":true,"cause":{"working_directory":"/app","exceptions":[{"id":"aaaaaaaaaaaaaaaa",)"
      R"("type":"NameError","message":"no ShowActivity","remote":false,"truncated":2,)"
      R"("stack":[{"path":"app.py","line":7,"label":"show"},{"path":"node","line":null,"label":"f"}]}]})")});

  ASSERT_EQ(decoded.events.size(), 2u);
  const Event& exception = decoded.events[0];
  const Event& span = decoded.events[1];
  const Value stack = text(
      "NameError: no ShowActivity\n    at show (app.py:7)\n    at f (node)\n"
      "    ... 2 more");
  EXPECT_EQ(exception.time_ns, 1'461'096'053'404'200'000);
  EXPECT_EQ(field(exception, "meta.annotation_type"), text("span_event"));
  EXPECT_EQ(field(exception, "name"), text("exception"));
  EXPECT_EQ(field(exception, "trace.parent_id"), text("53995c3f42cd8ad8"));
  EXPECT_EQ(field(exception, "exception.stacktrace"), stack);
  EXPECT_EQ(field(exception, "aws.xray.exception.remote"), Value(false));
  EXPECT_EQ(field(span, "exception.type"), text("NameError"));
  EXPECT_EQ(field(span, "exception.message"), text("no ShowActivity"));
  EXPECT_EQ(field(span, "aws.xray.fault"), Value(true));
}

TEST(DecodeSegments, TakesEachFormOfACause) {
  const auto cause = [](const char* json) {
    return decode({segment(std::string(R"("cause":)") + json)}).events.at(0);
  };

  EXPECT_EQ(field(cause(R"("aaaaaaaaaaaaaaaa")"), "aws.xray.cause_id"), text("aaaaaaaaaaaaaaaa"));
  EXPECT_EQ(field(cause(R"({"id":"bbbbbbbbbbbbbbbb","exceptions":[]})"), "aws.xray.cause_id"),
            text("bbbbbbbbbbbbbbbb"));
  EXPECT_EQ(field(cause(R"("it broke")"), "exception.message"), text("it broke"));
  EXPECT_EQ(field(cause("{}"), "aws.xray.cause_id"), Value());
}

TEST(DecodeSegments, WritesLinks) {
  const Decoded decoded = decode({segment(
      R"("links":[{"trace_id":"1-5759e988-aaaaaaaaaaaaaaaaaaaaaaaa","id":"cccccccccccccccc",)"
      R"("attributes":{"aws.xray.reserved.reference_type":"parent"}},{"trace_id":"bad"}])")});

  ASSERT_EQ(decoded.events.size(), 2u);
  EXPECT_EQ(field(decoded.events[0], "meta.annotation_type"), text("link"));
  EXPECT_EQ(field(decoded.events[0], "trace.link.trace_id"),
            text("5759e988aaaaaaaaaaaaaaaaaaaaaaaa"));
  EXPECT_EQ(field(decoded.events[0], "trace.link.span_id"), text("cccccccccccccccc"));
  EXPECT_EQ(field(decoded.events[0], "aws.xray.reserved.reference_type"), text("parent"));
}

TEST(DecodeSegments, TreatsEmptyTextsAndNullsAsAbsent) {
  const Decoded decoded =
      decode({segment(R"("user":"","parent_id":"","http":null,"aws":null,"sql":null,"cause":null,)"
                      R"("subsegments":null,"namespace":null,"error":null)")});

  ASSERT_EQ(decoded.events.size(), 1u);
  EXPECT_EQ(field(decoded.events[0], "enduser.id"), Value());
  EXPECT_EQ(field(decoded.events[0], "trace.parent_id"), Value());
  EXPECT_EQ(field(decoded.events[0], "aws.xray.repaired"), Value());
}

TEST(DecodeSegments, TakesListsOfDocuments) {
  const std::string subsegment = R"({"name":"s","type":"subsegment",)" + kIds + ',' + kTimes +
                                 R"(,"parent_id":"70de5b6f19ff9a0a"})";

  const Decoded decoded = decode({'[' + subsegment + ", " + subsegment + ']'});

  EXPECT_EQ(decoded.outcome.accepted, 2u);
  ASSERT_EQ(decoded.events.size(), 2u);
  EXPECT_EQ(field(decoded.events[0], "meta.document"), Value(subsegment));
}

struct BadDocument {
  std::string document;
  const char* message;
  const char* id;
};

TEST(DecodeSegments, RejectsWhatCannotBeStored) {
  const std::vector<BadDocument> cases = {
      {"not JSON", "Invalid segment. ErrorCode: ParseError", ""},
      {"", "Invalid segment. ErrorCode: ParseError", ""},
      {"{}", "Invalid segment. ErrorCode: MissingId", ""},
      {"[]", "Invalid segment. ErrorCode: MissingId", ""},
      {"7", "Invalid segment. ErrorCode: MissingId", ""},
      {R"({"id":"nohex","name":"a"})", "Invalid segment. ErrorCode: InvalidId", "nohex"},
      {R"({"id":"53995c3f42cd8ad8","name":"a",)" + kTimes + '}',
       "Invalid segment. ErrorCode: MissingTraceId", "53995c3f42cd8ad8"},
      {R"({"id":"53995c3f42cd8ad8","trace_id":"1-5","name":"a",)" + kTimes + '}',
       "Invalid segment. ErrorCode: InvalidTraceId", "53995c3f42cd8ad8"},
      {R"({"name":"a","start_time":"noon",)" + kIds + '}',
       "Invalid segment. ErrorCode: MissingStartTime", "53995c3f42cd8ad8"},
  };
  for (const BadDocument& bad : cases) {
    const Decoded decoded = decode({segment(), bad.document});
    EXPECT_EQ(decoded.outcome.accepted, 1u) << bad.document;
    EXPECT_EQ(decoded.events.size(), 1u) << bad.document;
    ASSERT_EQ(decoded.outcome.unprocessed.size(), 1u) << bad.document;
    EXPECT_EQ(decoded.outcome.unprocessed[0].message(), bad.message);
    EXPECT_EQ(decoded.outcome.unprocessed[0].id, bad.id);
  }
}

/// What AWS refuses; lenient validation mends it and says so.
TEST(DecodeSegments, MendsTheRestUnlessStrict) {
  const std::string ids = kIds + ',' + kTimes;
  const auto with_subsegment = [&](const std::string& subsegment) {
    return segment(R"("subsegments":[)" + subsegment + ']');
  };
  const std::vector<BadDocument> cases = {
      {R"({"name":"a?b",)" + ids + '}', "Invalid segment. ErrorCode: InvalidName", ""},
      {'{' + ids + '}', "Invalid segment. ErrorCode: MissingName", ""},
      {R"({"name":")" + std::string(201, 'n') + "\"," + ids + '}',
       "Invalid segment. ErrorCode: InvalidName", ""},
      {R"({"name":"a","start_time":1,)" + kIds + '}', "Invalid segment. ErrorCode: MissingEndTime",
       ""},
      {R"({"name":"a","type":"subsegment",)" + ids + '}',
       "Invalid subsegment. ErrorCode: MissingParentId, Cause: null", ""},
      {R"({"name":"a","parent_id":"x",)" + ids + '}', "Invalid segment. ErrorCode: InvalidParentId",
       ""},
      {R"({"name":"a","id":"53995c3f42cd8ad8","trace_id":"5759e988bd862e3fe1be46a994272793",)" +
           kTimes + '}',
       "Invalid segment. ErrorCode: InvalidTraceId", ""},
      {with_subsegment(R"({"name":"s",)" + kTimes + '}'),
       "Invalid subsegment. ErrorCode: MissingId, Cause: null", ""},
      {with_subsegment(R"({"name":"s","id":"1111111111111111"})"),
       "Invalid subsegment. ErrorCode: MissingStartTime, Cause: null", ""},
  };
  for (const BadDocument& bad : cases) {
    const Decoded lenient = decode({bad.document});
    EXPECT_EQ(lenient.outcome.accepted, 1u) << bad.document;
    ASSERT_FALSE(lenient.events.empty());
    EXPECT_NE(field(lenient.events.back(), "aws.xray.repaired"), Value()) << bad.document;

    const Decoded strict = decode({bad.document}, Validation::kStrict);
    EXPECT_TRUE(strict.events.empty()) << bad.document;
    ASSERT_EQ(strict.outcome.unprocessed.size(), 1u) << bad.document;
    EXPECT_EQ(strict.outcome.unprocessed[0].message(), bad.message);
    EXPECT_EQ(strict.outcome.unprocessed[0].id, "53995c3f42cd8ad8");
  }
}

TEST(DecodeSegments, HoldsDocumentsToAwsSizeOnlyWhenStrict) {
  const std::string document =
      segment(R"("metadata":{"a":{"b":")" + std::string(65'536, 'x') + "\"}}");

  EXPECT_EQ(decode({document}).outcome.accepted, 1u);
  const Decoded strict = decode({document}, Validation::kStrict);
  EXPECT_EQ(strict.outcome.unprocessed.at(0).message(),
            "Invalid segment. ErrorCode: SegmentTooLarge");
}

TEST(DecodeSegments, RefusesABodyOfAnotherShape) {
  model::EventList sink;
  for (const char* body : {"", "{}", "[]", R"({"TraceSegmentDocuments":"x"})", "nonsense"}) {
    EXPECT_EQ(decode_put_segments(body, Validation::kLenient, sink).error().code,
              ErrorCode::kMalformed)
        << body;
  }
}

TEST(DecodeDocumentList, GivesBackWhatWasAppended) {
  std::string body;
  append_document(body, segment());
  append_document(body, "broken");
  append_document(body, segment());
  model::EventList sink;

  const auto outcome = decode_document_list(body, Validation::kLenient, sink);

  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->accepted, 2u);
  EXPECT_EQ(outcome->unprocessed.size(), 1u);
  EXPECT_EQ(sink.events().size(), 2u);
  EXPECT_FALSE(decode_document_list("\x09\0\0", Validation::kLenient, sink).ok());
}

TEST(ReadDatagram, WantsTheHeaderAndADocument) {
  const std::string header = R"({"format":"json","version":1})";
  EXPECT_EQ(read_datagram(header + "\n{\"a\":1}").document, R"({"a":1})");
  EXPECT_EQ(read_datagram("{\"format\": \"JSON\", \"version\": 1, \"more\": 2}\nx\ny").document,
            "x\ny");
  for (const char* bad : {"", "{}", "{\"a\":1}", "{\"format\":\"json\",\"version\":2}\n{}",
                          "{\"format\":\"xml\",\"version\":1}\n{}", "\n{}"}) {
    EXPECT_EQ(read_datagram(bad).problem, Problem::kBadHeader) << bad;
  }
  EXPECT_EQ(read_datagram(header + '\n').problem, Problem::kNoDocument);
  EXPECT_EQ(read_datagram(header + "\n \n").problem, Problem::kNoDocument);
}

}  // namespace
}  // namespace tracery::xray
