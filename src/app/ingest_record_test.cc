// SPDX-License-Identifier: Apache-2.0
#include "app/ingest_record.h"

#include <gtest/gtest.h>

namespace tracery::app {
namespace {

IngestRequest make_request() {
  IngestRequest request;
  request.kind = IngestKind::kHoneycombEvent;
  request.is_json = true;
  request.compression = Compression::kZstd;
  request.is_classic_key = true;
  request.dataset = "api";
  request.event_time = "1700000000";
  request.samplerate = "4";
  request.expand_json_depth = 2;
  request.context = "project";
  request.body = "bytes";
  return request;
}

TEST(IngestRecord, RoundTripsAllThatDecodingDependsOn) {
  const auto record = encode_record(make_request(), {.now_ns = 42, .random_seed = 7});
  const auto decoded = decode_record(record);

  ASSERT_TRUE(decoded.ok());
  const IngestRequest& request = decoded->request;
  EXPECT_EQ(request.kind, IngestKind::kHoneycombEvent);
  EXPECT_TRUE(request.is_json && request.is_classic_key);
  EXPECT_EQ(request.compression, Compression::kZstd);
  EXPECT_EQ(request.dataset + request.event_time + request.samplerate + request.context,
            "api17000000004project");
  EXPECT_EQ(request.body, "bytes");
  EXPECT_EQ(request.expand_json_depth, 2u);
  EXPECT_EQ(decoded->parameters.now_ns, 42);
  EXPECT_EQ(decoded->parameters.random_seed, 7u);
}

TEST(IngestRecord, ReadsRecordsFromBeforeThereWasAContext) {
  auto record = encode_record(make_request(), {});
  record.header[0] = 1;
  record.header.resize(record.header.size() - sizeof(std::uint32_t) -
                       std::string("project").size());

  const auto decoded = decode_record(record);

  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->request.samplerate, "4");
  EXPECT_EQ(decoded->request.context, "");
}

TEST(IngestRecord, RefusesEveryTruncation) {
  const auto whole = encode_record(make_request(), {});
  for (std::size_t bytes = 0; bytes < whole.header.size(); ++bytes) {
    auto cut = whole;
    cut.header.resize(bytes);
    EXPECT_FALSE(decode_record(cut).ok()) << bytes;
  }
}

}  // namespace
}  // namespace tracery::app
