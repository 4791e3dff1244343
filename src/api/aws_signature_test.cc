// SPDX-License-Identifier: Apache-2.0
#include "api/aws_signature.h"

#include <gtest/gtest.h>

#include "base/time.h"

namespace tracery::api {
namespace {

// The credentials, the moment and the signatures of AWS's published Signature Version 4 test suite.
constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const std::int64_t kNow = *parse_rfc3339_ns("2015-08-30T12:36:00Z");

struct Vector {
  const char* method;
  const char* path;
  const char* query;
  std::vector<std::pair<std::string, std::string>> headers;
  const char* body;
  const char* signed_headers;
  const char* signature;
};

net::Request make_request(const Vector& vector, const std::string& service = "service") {
  net::Request request;
  request.method = vector.method;
  request.path = vector.path;
  request.query = vector.query;
  request.body = vector.body;
  request.headers.add("host", "example.amazonaws.com");
  request.headers.add("x-amz-date", "20150830T123600Z");
  for (const auto& [name, value] : vector.headers) request.headers.add(name, value);
  request.headers.add("authorization",
                      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/" + service +
                          "/aws4_request, SignedHeaders=" + vector.signed_headers +
                          ", Signature=" + vector.signature);
  return request;
}

Status verify(const net::Request& request, std::int64_t now_ns = kNow) {
  const auto authorization = parse_aws_authorization(request);
  if (!authorization) return Error{ErrorCode::kMalformed, "not signed"};
  return verify_aws_signature(request, *authorization, kSecret, now_ns);
}

const Vector kVanilla = {"GET",
                         "/",
                         "",
                         {},
                         "",
                         "host;x-amz-date",
                         "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"};

TEST(AwsSignature, AcceptsThePublishedVectors) {
  const std::vector<Vector> vectors = {
      kVanilla,
      {"POST",
       "/",
       "",
       {},
       "",
       "host;x-amz-date",
       "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
      {"GET",
       "/",
       "Param2=value2&Param1=value1",
       {},
       "",
       "host;x-amz-date",
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {"GET",
       "/",
       "\xE1\x88\xB4=bar",
       {},
       "",
       "host;x-amz-date",
       "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
      {"GET",
       "/\xE1\x88\xB4",
       "",
       {},
       "",
       "host;x-amz-date",
       "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
      {"GET",
       "/./example/../",
       "",
       {},
       "",
       "host;x-amz-date",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"GET",
       "/",
       "",
       {{"my-header1", " value1"}, {"my-header2", " \"a   b   c\""}},
       "",
       "host;my-header1;my-header2;x-amz-date",
       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {"POST",
       "/",
       "",
       {{"content-type", "application/x-www-form-urlencoded"}},
       "Param1=value1",
       "content-type;host;x-amz-date",
       "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
  };
  for (const Vector& vector : vectors) {
    const Status verified = verify(make_request(vector));
    EXPECT_TRUE(verified.ok()) << vector.method << ' ' << vector.path << '?' << vector.query;
  }
}

TEST(AwsSignature, CoversTheBody) {
  net::Request request = make_request(kVanilla);
  request.body = "{}";

  EXPECT_FALSE(verify(request).ok());
}

TEST(AwsSignature, CoversPathAndQuery) {
  net::Request request = make_request(kVanilla);
  request.path = "/TraceSegments";
  EXPECT_FALSE(verify(request).ok());

  request = make_request(kVanilla);
  request.query = "a=1";
  EXPECT_FALSE(verify(request).ok());
}

TEST(AwsSignature, RefusesAnotherHashOfTheBodyThanItHas) {
  net::Request request = make_request(kVanilla);
  request.headers.add("x-amz-content-sha256", "UNSIGNED-PAYLOAD");

  EXPECT_FALSE(verify(request).ok());
}

TEST(AwsSignature, HoldsForFiveMinutesEitherWay) {
  const net::Request request = make_request(kVanilla);

  EXPECT_TRUE(verify(request, kNow + 299 * kNsPerSecond).ok());
  EXPECT_TRUE(verify(request, kNow - 299 * kNsPerSecond).ok());
  EXPECT_FALSE(verify(request, kNow + 302 * kNsPerSecond).ok());
  EXPECT_FALSE(verify(request, kNow - 302 * kNsPerSecond).ok());
}

TEST(AwsSignature, WantsTheHostSigned) {
  net::Request request = make_request({"GET",
                                       "/",
                                       "",
                                       {},
                                       "",
                                       "x-amz-date",
                                       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d"
                                       "763fbf31"});

  EXPECT_NE(verify(request).error().message.find("Host"), std::string::npos);
}

TEST(AwsSignature, ReadsTheScopeOfAPresignedUrl) {
  net::Request request;
  request.method = "GET";
  request.path = "/";
  request.query =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Feu-west-1%2Fxray"
      "%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&"
      "X-Amz-Signature=00";

  const auto authorization = parse_aws_authorization(request);

  ASSERT_TRUE(authorization);
  EXPECT_EQ(authorization->access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ(authorization->scope(), "20150830/eu-west-1/xray/aws4_request");
  EXPECT_TRUE(authorization->is_presigned);
  EXPECT_EQ(authorization->expires_seconds, 60);
}

/// The presigned URL of the S3 reference ("Authenticating Requests: Using Query Parameters") covers
/// no body; other services sign the hash of the empty one.
TEST(AwsSignature, RefusesAPresignedUrlThatWasSignedForNoBody) {
  net::Request request;
  request.method = "GET";
  request.path = "/test.txt";
  request.headers.add("host", "examplebucket.s3.amazonaws.com");
  request.query =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
      "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&"
      "X-Amz-SignedHeaders=host&X-Amz-Signature="
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

  EXPECT_FALSE(verify(request, *parse_rfc3339_ns("2013-05-24T01:00:00Z")).ok());
}

TEST(AwsSignature, IsNotSeenWhereThereIsNone) {
  net::Request request;
  EXPECT_FALSE(parse_aws_authorization(request));
  request.headers.add("authorization", "AWS4-HMAC-SHA256 Credential=short, Signature=00");
  EXPECT_FALSE(parse_aws_authorization(request));
}

}  // namespace
}  // namespace tracery::api
