// SPDX-License-Identifier: Apache-2.0
#include "app/keys.h"

#include <gtest/gtest.h>

#include "app/testing_clock.h"

namespace tracery::app {
namespace {

struct KeysTest : testing::Test {
  std::unique_ptr<Database> database = *Database::open(":memory:");
  TestingClock clock;
  Keys keys{*database, clock};
};

TEST_F(KeysTest, GivesIngestKeysTheVendorsShape) {
  const auto created = *keys.create("laptop", KeyKind::kIngest);

  EXPECT_EQ(created.secret.size(), 64u);
  EXPECT_TRUE(created.secret.starts_with(created.key.id));
  EXPECT_TRUE(created.secret.starts_with("hcaik_"));
  EXPECT_EQ((*keys.create("ui", KeyKind::kConfiguration)).secret.size(), 22u);
}

TEST_F(KeysTest, KnowsOnlyKeysThatWereNotRevoked) {
  const auto created = *keys.create("laptop", KeyKind::kIngest);

  EXPECT_EQ(keys.authenticate(created.secret)->id, created.key.id);
  EXPECT_FALSE(keys.authenticate(created.key.id));
  EXPECT_FALSE(keys.authenticate(""));
  ASSERT_TRUE(keys.revoke(created.key.id).ok());
  EXPECT_FALSE(keys.authenticate(created.secret));
  EXPECT_EQ(keys.revoke("no such").error().code, ErrorCode::kNotFound);
}

TEST_F(KeysTest, RemembersWhenAKeyWasUsed) {
  const auto created = *keys.create("laptop", KeyKind::kIngest);
  clock.time_ns += 5'000'000'000;

  keys.authenticate(created.secret);

  EXPECT_EQ((*keys.list()).at(0).last_used_ns, clock.time_ns);
}

TEST_F(KeysTest, GivesEachKeyAnAwsSecretThatStaysTheSame) {
  const auto created = *keys.create("shop", KeyKind::kIngest);
  const auto other = *keys.create("site", KeyKind::kIngest);

  const auto credential = keys.find_aws_credential(created.key.id);

  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->secret.size(), 40u);
  EXPECT_EQ(credential->secret, *keys.aws_secret(created.key.id));
  EXPECT_NE(credential->secret, *keys.aws_secret(other.key.id));
}

TEST_F(KeysTest, HasNoAwsCredentialForARevokedKey) {
  const auto created = *keys.create("shop", KeyKind::kIngest);

  ASSERT_TRUE(keys.revoke(created.key.id).ok());

  EXPECT_FALSE(keys.find_aws_credential(created.key.id));
  EXPECT_FALSE(keys.find_aws_credential("nobody"));
}

}  // namespace
}  // namespace tracery::app
