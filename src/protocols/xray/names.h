// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// Names of the columns that a segment or subsegment becomes, besides those of model/names.h. Where
/// an OTLP span of the same thing has a name for it, that name is used; what only X-Ray knows
/// stands under "aws.xray.", as in the OpenTelemetry Collector. The table is docs/wire/xray.md.
namespace tracery::xray::names {

// What X-Ray's own flags say; each present only when true. The plain "error" is any of the three.
inline constexpr std::string_view kError = "aws.xray.error";  ///< 4xx.
inline constexpr std::string_view kFault = "aws.xray.fault";  ///< 5xx.
inline constexpr std::string_view kThrottle = "aws.xray.throttle";
/// True on an entity that was still open when it was sent; it has no duration_ms.
inline constexpr std::string_view kInProgress = "aws.xray.in_progress";

/// "segment" or "subsegment".
inline constexpr std::string_view kEntity = "aws.xray.entity";
/// Subsegments: "aws" or "remote"; absent for local ones.
inline constexpr std::string_view kNamespace = "aws.xray.namespace";
/// Segments: what they ran on, "AWS::EC2::Instance" and the like; the type of the service's node.
inline constexpr std::string_view kOrigin = "aws.xray.origin";
inline constexpr std::string_view kResourceArn = "aws.xray.resource_arn";
/// Subsegments that call something: name and type of the node to draw when no segment answers
/// for it ("scorekeep-game", "AWS::DynamoDB::Table").
inline constexpr std::string_view kNodeName = "aws.xray.node.name";
inline constexpr std::string_view kNodeType = "aws.xray.node.type";
/// A downstream segment is expected.
inline constexpr std::string_view kTraced = "aws.xray.traced";
inline constexpr std::string_view kForwardedFor = "aws.xray.x_forwarded_for";
inline constexpr std::string_view kSamplingRule = "aws.xray.sampling_rule";
/// Id of the exception or of the subsegment that another one's cause stands for.
inline constexpr std::string_view kCauseId = "aws.xray.cause_id";
/// What lenient validation mended, in words.
inline constexpr std::string_view kRepaired = "aws.xray.repaired";

/// Before the key of an annotation: text, number or truth, as it was sent.
inline constexpr std::string_view kAnnotationPrefix = "annotation.";
/// Before "<namespace>.<key>" of metadata.
inline constexpr std::string_view kMetadataPrefix = "metadata.";
/// Before the members of "aws" that have no name of their own below.
inline constexpr std::string_view kAwsPrefix = "aws.";

inline constexpr std::string_view kUser = "enduser.id";

inline constexpr std::string_view kHttpMethod = "http.method";  ///< Upper case.
inline constexpr std::string_view kHttpUrl = "http.url";
inline constexpr std::string_view kHttpHost = "http.host";      ///< Of the URL, with its port.
inline constexpr std::string_view kHttpTarget = "http.target";  ///< Of the URL: path and query.
inline constexpr std::string_view kHttpUserAgent = "http.user_agent";
inline constexpr std::string_view kHttpClientIp = "http.client_ip";
inline constexpr std::string_view kHttpStatus = "http.status_code";
inline constexpr std::string_view kHttpLength = "http.response_content_length";

inline constexpr std::string_view kAccountId = "cloud.account.id";
inline constexpr std::string_view kAvailabilityZone = "cloud.availability_zone";
inline constexpr std::string_view kInstanceId = "host.id";
inline constexpr std::string_view kAwsService = "aws.service";  ///< Name of an "aws" subsegment.
inline constexpr std::string_view kAwsOperation = "aws.operation";
inline constexpr std::string_view kAwsAccountId = "aws.account_id";  ///< Of the called service.
inline constexpr std::string_view kAwsRegion = "aws.region";
inline constexpr std::string_view kAwsRequestId = "aws.request_id";
inline constexpr std::string_view kAwsQueueUrl = "aws.queue_url";
inline constexpr std::string_view kAwsTableName = "aws.table_name";
inline constexpr std::string_view kAwsRetries = "aws.retries";

inline constexpr std::string_view kDbSystem = "db.system";  ///< Lower case.
inline constexpr std::string_view kDbStatement = "db.statement";
inline constexpr std::string_view kDbUser = "db.user";
inline constexpr std::string_view kDbName = "db.name";  ///< Last step of the URL's path.
inline constexpr std::string_view kDbConnection = "db.connection_string";

inline constexpr std::string_view kExceptionType = "exception.type";
inline constexpr std::string_view kExceptionMessage = "exception.message";
inline constexpr std::string_view kExceptionStack = "exception.stacktrace";
inline constexpr std::string_view kExceptionId = "aws.xray.exception.id";
inline constexpr std::string_view kExceptionRemote = "aws.xray.exception.remote";
inline constexpr std::string_view kExceptionCause = "aws.xray.exception.cause";

/// The dataset of a subsegment that was sent apart, since its document does not say of which
/// segment it is part.
inline constexpr std::string_view kStreamedDataset = "xray";

}  // namespace tracery::xray::names
