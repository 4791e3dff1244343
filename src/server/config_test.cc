// SPDX-License-Identifier: Apache-2.0
#include "server/config.h"

#include <fstream>

#include <gtest/gtest.h>

#include "base/time.h"

namespace tracery::server {
namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

std::filesystem::path write_file(const std::string& text) {
  const auto file = std::filesystem::path(testing::TempDir()) / "tracery_config_test.toml";
  std::ofstream(file) << text;
  return file;
}

TEST(MakeConfig, HasDefaultsThatWork) {
  const auto config = make_config({}, environment_of({{"HOME", "/home/me"}}), {});

  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->data, "/home/me/.local/share/tracery");
  EXPECT_EQ(config->http, (std::vector<std::string>{"127.0.0.1:8080", "127.0.0.1:4318"}));
  EXPECT_EQ(config->grpc, "127.0.0.1:4317");
  EXPECT_EQ(config->retention_ns, 60 * kNsPerDay);
  EXPECT_EQ(config->durability, store::Durability::kSync);
  EXPECT_GT(config->memory_bytes, 0U);
}

TEST(MakeConfig, PrefersFlagOverEnvironmentOverFile) {
  const SettingValues file = {{"data", {"/file"}}, {"grpc", {"none"}}, {"retention", {"7"}}};
  const auto environment = environment_of({{"TRACERY_DATA", "/env"}, {"TRACERY_GRPC", ":1"}});

  const auto config = make_config({{"data", {"/flag"}}}, environment, file);

  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->data, "/flag");
  EXPECT_EQ(config->grpc, ":1");
  EXPECT_EQ(config->retention_ns, 7 * kNsPerDay);
}

TEST(MakeConfig, SplitsLists) {
  const auto config =
      make_config({}, environment_of({{"TRACERY_HTTP", "127.0.0.1:1, [::1]:2"}}), {});

  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->http, (std::vector<std::string>{"127.0.0.1:1", "[::1]:2"}));
}

TEST(MakeConfig, SwitchesListenersOff) {
  const auto config = make_config({{"xray", {"none"}}, {"http", {"none"}}}, environment_of({}), {});

  ASSERT_TRUE(config.ok());
  EXPECT_TRUE(config->xray.empty());
  EXPECT_TRUE(config->http.empty());
}

TEST(MakeConfig, SaysWhereAWrongValueStood) {
  const auto flag = make_config({{"memory", {"lots"}}}, environment_of({}), {});
  const auto variable = make_config({}, environment_of({{"TRACERY_DURABILITY", "maybe"}}), {});
  const auto line = make_config({}, environment_of({}), {{"aws-account-id", {"12"}}});

  ASSERT_FALSE(flag.ok() || variable.ok() || line.ok());
  EXPECT_TRUE(flag.error().message.starts_with("--memory: ")) << flag.error().message;
  EXPECT_TRUE(variable.error().message.starts_with("TRACERY_DURABILITY: "));
  EXPECT_TRUE(line.error().message.starts_with("config file: aws-account-id: "));
}

TEST(ReadConfigFile, ReadsEveryKindOfValue) {
  const auto file = write_file(
      "http = [\"127.0.0.1:1\", \"127.0.0.1:2\"]\nretention = 30\nallow-anonymous = true\n");

  const auto values = read_config_file(file);

  ASSERT_TRUE(values.ok());
  const auto config = make_config({}, environment_of({}), *values);
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->http.size(), 2U);
  EXPECT_EQ(config->retention_ns, 30 * kNsPerDay);
  EXPECT_TRUE(config->allow_anonymous);
}

TEST(ReadConfigFile, ReadsDottedNames) {
  for (const char* text : {"xray.validation = \"strict\"\n", "[xray]\nvalidation = \"strict\"\n",
                           "xray-validation = \"strict\"\n"}) {
    const auto values = read_config_file(write_file(text));

    ASSERT_TRUE(values.ok()) << text;
    EXPECT_TRUE(make_config({}, environment_of({}), *values)->xray_is_strict) << text;
  }
}

TEST(ReadConfigFile, RefusesUnknownKeysAndBadSyntax) {
  const auto unknown = read_config_file(write_file("dtaa = \"/x\"\n"));
  const auto nested = read_config_file(write_file("[xray]\nnothing = 1\n"));
  const auto syntax = read_config_file(write_file("data = \n"));
  const auto absent = read_config_file("/no/such/file.toml");

  ASSERT_FALSE(unknown.ok() || nested.ok() || syntax.ok() || absent.ok());
  EXPECT_NE(unknown.error().message.find("unknown key: dtaa"), std::string::npos);
  EXPECT_NE(nested.error().message.find("unknown key: xray-nothing"), std::string::npos);
  EXPECT_NE(syntax.error().message.find("line 1"), std::string::npos);
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
}

TEST(ParseBytes, ReadsUnits) {
  EXPECT_EQ(*parse_bytes("1000"), 1000U);
  EXPECT_EQ(*parse_bytes("1GiB"), 1U << 30);
  EXPECT_EQ(*parse_bytes("2 MB"), 2'000'000U);
  for (const char* text : {"", "GiB", "1gb", "-1", "1.5GiB", "99999999TiB"}) {
    EXPECT_FALSE(parse_bytes(text).ok()) << text;
  }
}

TEST(ParseDuration, ReadsUnits) {
  EXPECT_EQ(*parse_duration_ns("60", kNsPerDay), 60 * kNsPerDay);
  EXPECT_EQ(*parse_duration_ns("90s", kNsPerDay), 90 * kNsPerSecond);
  EXPECT_EQ(*parse_duration_ns("2h", 1), 7'200 * kNsPerSecond);
  EXPECT_FALSE(parse_duration_ns("soon", 1).ok());
}

}  // namespace
}  // namespace tracery::server
