// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/span_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/names.h"
#include "protocols/xray/names.h"

namespace tracery::xray {
namespace {

using query::FilterOp;
using query::RowTest;
using query::SpanFact;
using query::SpanLabel;

/// Semantic conventions of OpenTelemetry, stable names.
constexpr std::string_view kHttpStatusStable = "http.response.status_code";
constexpr std::string_view kUrlFull = "url.full";

RowTest is(std::string_view column, model::Value value) {
  return RowTest::of(std::string(column), FilterOp::kEqual, std::move(value));
}

RowTest is_true(std::string_view column) { return is(column, true); }

RowTest one_of(std::string_view column, std::vector<model::Value> values) {
  RowTest test = is(column, {});
  test.filter.op = FilterOp::kIn;
  test.filter.values = std::move(values);
  return test;
}

RowTest has(std::string_view column) { return RowTest::exists(std::string(column)); }

/// An HTTP status in [low, high], by either name.
RowTest status_between(std::int64_t low, std::int64_t high) {
  std::vector<RowTest> names;
  for (const std::string_view column : {names::kHttpStatus, kHttpStatusStable}) {
    names.push_back(RowTest::all({RowTest::of(std::string(column), FilterOp::kGreaterEqual, low),
                                  RowTest::of(std::string(column), FilterOp::kLessEqual, high)}));
  }
  return RowTest::any(std::move(names));
}

/// True of spans that X-Ray's own flags were not put on.
RowTest is_foreign() { return RowTest::negate(has(names::kEntity)); }

void set_facts(query::SpanRules& rules) {
  const auto fact = [&](SpanFact at) -> RowTest& {
    return rules.facts[static_cast<std::size_t>(at)];
  };
  const auto signal_other = one_of(
      model::names::kSignalType, {std::string("log"), std::string("metric"), std::string("error")});
  fact(SpanFact::kIsSpan) =
      RowTest::all({has(model::names::kSpanId), RowTest::negate(has(model::names::kAnnotationType)),
                    RowTest::negate(signal_other)});
  fact(SpanFact::kUnfinished) = is_true(names::kInProgress);
  fact(SpanFact::kEntry) = is(names::kEntity, std::string("segment"));
  fact(SpanFact::kPart) = is(names::kEntity, std::string("subsegment"));
  fact(SpanFact::kServed) =
      one_of(model::names::kSpanKind, {std::string("server"), std::string("consumer")});
  fact(SpanFact::kCall) =
      one_of(model::names::kSpanKind, {std::string("client"), std::string("producer")});
  const RowTest client_errors = status_between(400, 499);
  fact(SpanFact::kFault) = RowTest::any(
      {is_true(names::kFault),
       RowTest::all(
           {is_foreign(), RowTest::any({status_between(500, 599),
                                        RowTest::all({is_true(model::names::kError),
                                                      RowTest::negate(client_errors)})})})});
  fact(SpanFact::kError) =
      RowTest::any({is_true(names::kError), RowTest::all({is_foreign(), client_errors})});
  fact(SpanFact::kThrottle) = RowTest::any(
      {is_true(names::kThrottle), RowTest::all({is_foreign(), status_between(429, 429)})});
}

/// As the Collector's exporter names origins.
std::string origin_of_platform(std::string_view platform) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kOrigins = {{
      {"aws_ec2", "AWS::EC2::Instance"},
      {"aws_ecs", "AWS::ECS::Container"},
      {"aws_eks", "AWS::EKS::Container"},
      {"aws_elastic_beanstalk", "AWS::ElasticBeanstalk::Environment"},
      {"aws_app_runner", "AWS::AppRunner::Service"},
      {"aws_lambda", "AWS::Lambda::Function"},
  }};
  for (const auto& [known, origin] : kOrigins) {
    if (known == platform) return std::string(origin);
  }
  return {};
}

std::string type_of_database(std::string_view system) {
  constexpr std::array<std::string_view, 16> kSql = {
      "postgresql", "mysql",      "mariadb",   "mssql",       "microsoft.sql_server", "oracle",
      "oracle.db",  "sqlite",     "db2",       "ibm.db2",     "cockroachdb",          "redshift",
      "other_sql",  "clickhouse", "snowflake", "aws.redshift"};
  if (std::find(kSql.begin(), kSql.end(), system) != kSql.end()) return "Database::SQL";
  return system == "dynamodb" || system == "aws.dynamodb" ? "AWS::DynamoDB::Table" : "";
}

std::string type_of_messaging(std::string_view system) {
  if (system == "aws_sqs" || system == "AmazonSQS") return "AWS::SQS::Queue";
  return system == "aws.sns" || system == "aws_sns" ? "AWS::SNS" : "";
}

std::string path_of(std::string_view target) {
  return std::string(target.substr(0, target.find('?')));
}

std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme + 3);
  return std::string(rest.substr(0, rest.find_first_of("/?#")));
}

void set_labels(query::SpanRules& rules) {
  const auto label = [&](SpanLabel at, std::vector<query::LabelSource> sources) {
    rules.labels[static_cast<std::size_t>(at)] = std::move(sources);
  };
  const auto plain = [](std::string_view column) {
    return query::LabelSource{std::string(column), {}};
  };
  label(SpanLabel::kService, {plain(model::names::kServiceName)});
  label(SpanLabel::kServiceType, {plain(names::kOrigin), {"cloud.platform", origin_of_platform}});
  label(SpanLabel::kAccount, {plain(names::kAccountId)});
  label(SpanLabel::kCallee, {plain(names::kNodeName),
                             plain("peer.service"),
                             plain("messaging.destination.name"),
                             plain("messaging.destination"),
                             plain("rpc.service"),
                             plain("db.namespace"),
                             plain(names::kDbName),
                             plain("server.address"),
                             plain("net.peer.name"),
                             plain(names::kHttpHost),
                             {std::string(kUrlFull), host_of},
                             {std::string(names::kHttpUrl), host_of},
                             plain("db.system.name"),
                             plain(names::kDbSystem),
                             plain(model::names::kName)});
  label(SpanLabel::kCalleeType, {plain(names::kNodeType),
                                 {"db.system.name", type_of_database},
                                 {std::string(names::kDbSystem), type_of_database},
                                 {"messaging.system", type_of_messaging}});
  label(SpanLabel::kName, {plain(model::names::kName)});
  label(SpanLabel::kOperation, {plain("http.route"),
                                {std::string(names::kHttpTarget), path_of},
                                plain("url.path"),
                                plain(model::names::kName)});
  label(SpanLabel::kExceptionType, {plain(names::kExceptionType)});
  label(SpanLabel::kExceptionMessage, {plain(names::kExceptionMessage)});
}

query::SpanRules make_rules() {
  query::SpanRules rules;
  set_facts(rules);
  set_labels(rules);
  rules.client_type = "client";
  rules.unknown_type = "remote";
  return rules;
}

}  // namespace

const query::SpanRules& span_rules() {
  static const query::SpanRules kRules = make_rules();
  return kRules;
}

std::vector<std::string> keyword_columns(std::string_view keyword) {
  using Columns = std::vector<std::string>;
  const auto of = [](std::string_view xray, std::string_view stable) {
    return Columns{std::string(xray), std::string(stable)};
  };
  if (keyword == "http.url") return of(names::kHttpUrl, kUrlFull);
  if (keyword == "http.method") return of(names::kHttpMethod, "http.request.method");
  if (keyword == "http.status") return of(names::kHttpStatus, kHttpStatusStable);
  if (keyword == "http.useragent") return of(names::kHttpUserAgent, "user_agent.original");
  if (keyword == "http.clientip") return of(names::kHttpClientIp, "client.address");
  if (keyword == "user") return of(names::kUser, "user.id");
  if (keyword == "availabilityzone") return {std::string(names::kAvailabilityZone)};
  if (keyword == "instance.id") return {std::string(names::kInstanceId)};
  if (keyword == "resource.arn") return {std::string(names::kResourceArn)};
  if (keyword == "account.id") return {std::string(names::kAccountId)};
  return {};
}

}  // namespace tracery::xray
