// The command line as a shell sees it: help, exit codes, and what serve gets.
#include "app/cli/command_line.hpp"
#include "app/cli/exit_code.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <unistd.h>

namespace baseplate::app {
namespace {

using testing::HasSubstr;

struct outcome {
  int code = 0;
  std::string out;
  std::string err;
  std::optional<node_config> served;
};

outcome run(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "baseplate");
  outcome x;
  command_line_parts parts;
  parts.serve = [&](const node_config& config) {
    x.served = config;
    return 0;
  };
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  x.code = run_command_line(static_cast<int>(arguments.size()), arguments.data(), parts);
  x.out = testing::internal::GetCapturedStdout();
  x.err = testing::internal::GetCapturedStderr();
  return x;
}

TEST(CommandLine, HelpOfEveryCommandHasAnExample) {
  for (auto command : {"serve", "check", "put", "tail", "test", "transform", "schema",
                       "psp-simulator", "version"}) {
    auto x = run({command, "--help"});
    EXPECT_EQ(x.code, exit_ok) << command;
    EXPECT_THAT(x.out, HasSubstr(std::string{"  baseplate "} + command)) << command;
  }
  EXPECT_THAT(run({"--help"}).out, HasSubstr("Exit codes: 0 done"));
}

TEST(CommandLine, AWrongOneIsAUsageErrorAndStartsNothing) {
  const std::vector<std::vector<const char*>> cases = {{},
                                                       {"nonsense"},
                                                       {"serve", "--prot", "1"},
                                                       {"serve", "--port", "70000"},
                                                       {"serve", "--log-level", "loud"},
                                                       {"put", "--batch", "0"},
                                                       {"put", "--connections", "1000"},
                                                       {"put", "--retry-for", "soon"},
                                                       {"tail", "--count", "few"},
                                                       {"check"},
                                                       {"psp-simulator", "--decline", "2"}};
  for (auto& arguments : cases) {
    auto x = run(arguments);
    EXPECT_EQ(x.code, exit_usage) << testing::PrintToString(arguments);
    EXPECT_FALSE(x.served);
    EXPECT_NE(x.err, "");
  }
}

TEST(CommandLine, ServeWithoutConfigIsADefaultNode) {
  auto x = run({"serve", "--log-level", "off"});
  EXPECT_EQ(x.code, exit_ok);
  ASSERT_TRUE(x.served);
  EXPECT_EQ(x.served->data_dir, "data");
  EXPECT_EQ(x.served->http.port, 8080);
  EXPECT_TRUE(x.served->groups.empty());
  EXPECT_FALSE(x.served->journal.repair);
}

TEST(CommandLine, ServeWinsOverTheFiles) {
  auto x = run({"serve", "--data", "/d", "--port", "0", "--host", "::1", "--repair", "--log-level",
                "off", "--log-format", "json"});
  ASSERT_TRUE(x.served);
  EXPECT_EQ(x.served->data_dir, "/d");
  EXPECT_EQ(x.served->http.port, 0);
  EXPECT_EQ(x.served->http.host, "::1");
  EXPECT_TRUE(x.served->journal.repair);
  EXPECT_EQ(x.served->log.format, log_format::json);
}

class CommandLineConfig : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(root_ + "/squads");
    std::ofstream{root_ + "/squads/a.json"}
        << R"({"subscribers": {"s": {"target": {"kind": "ftp"}}}, "x": 1})";
  }

  void TearDown() override { std::filesystem::remove_all(root_); }

  std::string root_
      = std::filesystem::temp_directory_path() / ("baseplate-cli-" + std::to_string(::getpid()));
};

TEST_F(CommandLineConfig, CheckListsEveryFaultWithFilePointerAndReason) {
  auto x = run({"check", root_.c_str()});
  EXPECT_EQ(x.code, exit_usage);
  EXPECT_THAT(x.err,
              HasSubstr(root_ + "/squads/a.json: /subscribers/s/target/kind: must be one of"));
  EXPECT_THAT(x.err, HasSubstr(root_ + "/squads/a.json: /x: unknown key"));
  EXPECT_THAT(x.err, HasSubstr("2 faults"));
  auto as_json = run({"check", root_.c_str(), "--json"});
  EXPECT_EQ(as_json.code, exit_usage);
  auto value = boost::json::parse(as_json.out);
  EXPECT_EQ(value.at("ok"), false);
  ASSERT_EQ(value.at("errors").as_array().size(), 2u);
  EXPECT_EQ(value.at("errors").at(0).at("pointer"), "/subscribers/s/target/kind");
}

TEST_F(CommandLineConfig, ServeDoesNotStartWithAFaultyConfiguration) {
  auto x = run({"serve", "--config", root_.c_str()});
  EXPECT_EQ(x.code, exit_usage);
  EXPECT_FALSE(x.served);
  EXPECT_THAT(x.err, HasSubstr("unknown key"));
}

TEST_F(CommandLineConfig, CheckPassesAGoodOneAndNeedsNoSecretsIfToldSo) {
  std::ofstream{root_ + "/squads/a.json"}
      << R"({"groups": {"g": {"options": {"k": {"env": "BASEPLATE_TEST_UNSET"}}}}})";
  EXPECT_EQ(run({"check", root_.c_str()}).code, exit_usage);
  auto x = run({"check", "--config", root_.c_str(), "--without-secrets"});
  EXPECT_EQ(x.code, exit_ok) << x.err;
  EXPECT_EQ(x.out, "ok: 2 buses, 1 groups, 0 subscribers\n");
}

TEST(CommandLine, SchemaPrintsASchemaASampleAndTheList) {
  auto list = run({"schema", "--json"});
  ASSERT_EQ(list.code, exit_ok);
  auto types = boost::json::parse(list.out).as_array();
  ASSERT_FALSE(types.empty());
  for (auto& type : types) {
    auto name = boost::json::value_to<std::string>(type.at("name"));
    auto schema = run({"schema", name.c_str()});
    EXPECT_EQ(schema.code, exit_ok) << name;
    EXPECT_TRUE(boost::json::parse(schema.out).as_object().contains("$schema")) << name;
    EXPECT_TRUE(boost::json::parse(run({"schema", name.c_str(), "--sample"}).out).is_object())
        << name;
  }
  EXPECT_EQ(run({"schema", "nonsense"}).code, exit_usage);
}

TEST(CommandLine, VersionIsReadableByScripts) {
  EXPECT_EQ(boost::json::parse(run({"version", "--json"}).out).at("version"), BASEPLATE_VERSION);
  EXPECT_EQ(run({"version"}).out, "baseplate " BASEPLATE_VERSION "\n");
}

} // namespace
} // namespace baseplate::app
