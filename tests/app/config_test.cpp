// The configuration as a whole: what is taken, and for every fault the file, the pointer and the
// reason.
#include "app/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace baseplate::app {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Checks that know the group "checkout", refuse patterns that hold "prefix", and one secret.
config_checks checks() {
  config_checks x;
  x.secret = [](std::string_view kind, std::string_view name) -> std::optional<std::string> {
    if ((kind == "env" && name == "KNOWN") || (kind == "file" && name == "/run/key"))
      return "s3cret-value";
    return std::nullopt;
  };
  x.group_options = [](std::string_view name, const boost::json::object& options) {
    std::vector<option_fault> faults;
    if (name == "nobody")
      faults.push_back({"", "there is no such group"});
    if (options.contains("bad"))
      faults.push_back({"/bad", "is bad"});
    return faults;
  };
  x.pattern = [](std::string_view pattern) {
    std::vector<option_fault> faults;
    if (pattern.find("prefix") != std::string_view::npos)
      faults.push_back({"/source/0/prefix", "is not supported yet"});
    return faults;
  };
  x.target = [](target_kind kind, const boost::json::object& settings) {
    std::vector<option_fault> faults;
    if (kind == target_kind::http && !settings.contains("url"))
      faults.push_back({"/url", "is missing"});
    return faults;
  };
  return x;
}

config_result parse_node(std::string text) {
  config_sources sources;
  sources.node = config_file{"c/baseplate.json", std::move(text)};
  return parse_config(sources, checks());
}

config_result parse_squad(std::string text) {
  config_sources sources;
  sources.squads.emplace_back("shop", config_file{"c/squads/shop.json", std::move(text)});
  return parse_config(sources, checks());
}

std::string all_errors(const config_result& result) {
  std::string text;
  for (auto& error : result.errors)
    text += to_string(error) + "\n";
  return text;
}

TEST(Config, WithoutFilesIsADefaultBusAndTheNodesOwn) {
  auto result = parse_config({}, {});
  ASSERT_TRUE(result.errors.empty()) << all_errors(result);
  ASSERT_EQ(result.config.buses.size(), 2u);
  EXPECT_EQ(result.config.buses[0].name, "default");
  EXPECT_EQ(result.config.buses[1].name, "baseplate.system");
  EXPECT_TRUE(result.config.groups.empty());
  EXPECT_TRUE(result.config.subscribers.empty());
  EXPECT_EQ(result.config.http.port, 8080);
}

TEST(Config, TakesEveryKeyOfTheNode) {
  auto result = parse_node(R"({
    "description": "a node", "data_dir": "/var/lib/x", "account": "123456789012", "region": "eu-1",
    "drain_timeout_ms": 2000,
    "http": {"host": "::1", "port": 0, "header_bytes_max": 2048, "body_bytes_max": 4096,
             "json_depth_max": 8, "connections_max": 9, "pipelined_requests_max": 3,
             "request_timeout_ms": 101, "idle_timeout_ms": 102, "write_timeout_ms": 103,
             "reply_timeout_ms": 104,
             "tls": {"certificate_file": "c.pem", "private_key_file": "k.pem"}},
    "journal": {"segment_bytes": 1048576, "checkpoint_log_bytes": 2097152,
                "checkpoint_dirty_keys": 5000, "checkpoint_interval_ms": 1500,
                "pending_bytes_max": 3145728, "ring_bytes": 4194304},
    "supervision": {"intensity": 2, "period_ms": 700, "backoff_min_ms": 8, "backoff_max_ms": 90},
    "log": {"level": "warn", "format": "json", "levels": {"bus": "debug"}}})");
  ASSERT_TRUE(result.errors.empty()) << all_errors(result);
  auto& x = result.config;
  using std::chrono::milliseconds;
  EXPECT_EQ(x.data_dir, "/var/lib/x");
  EXPECT_EQ(x.account, "123456789012");
  EXPECT_EQ(x.region, "eu-1");
  EXPECT_EQ(x.drain_timeout, milliseconds{2000});
  EXPECT_EQ(x.http.host, "::1");
  EXPECT_EQ(x.http.port, 0);
  EXPECT_EQ(x.http.header_bytes_max, 2048u);
  EXPECT_EQ(x.http.body_bytes_max, 4096u);
  EXPECT_EQ(x.http.json_depth_max, 8u);
  EXPECT_EQ(x.http.connections_max, 9u);
  EXPECT_EQ(x.http.pipelined_requests_max, 3u);
  EXPECT_EQ(x.http.request_timeout, milliseconds{101});
  EXPECT_EQ(x.http.idle_timeout, milliseconds{102});
  EXPECT_EQ(x.http.write_timeout, milliseconds{103});
  EXPECT_EQ(x.http.reply_timeout, milliseconds{104});
  ASSERT_TRUE(x.http.tls);
  EXPECT_EQ(x.http.tls->certificate_file, "c.pem");
  EXPECT_EQ(x.http.tls->private_key_file, "k.pem");
  EXPECT_EQ(x.journal.segment_bytes, 1048576u);
  EXPECT_EQ(x.journal.checkpoint_log_bytes, 2097152u);
  EXPECT_EQ(x.journal.checkpoint_dirty_keys, 5000u);
  EXPECT_EQ(x.journal.checkpoint_interval, milliseconds{1500});
  EXPECT_EQ(x.journal.pending_bytes_max, 3145728u);
  EXPECT_EQ(x.journal.ring_bytes, 4194304u);
  EXPECT_EQ(x.supervision.intensity, 2u);
  EXPECT_EQ(x.supervision.period, milliseconds{700});
  EXPECT_EQ(x.supervision.backoff_min, milliseconds{8});
  EXPECT_EQ(x.supervision.backoff_max, milliseconds{90});
  EXPECT_EQ(x.log.level, "warn");
  EXPECT_EQ(x.log.format, log_format::json);
  ASSERT_EQ(x.log.levels.size(), 1u);
  EXPECT_EQ(x.log.levels[0].first, "bus");
  EXPECT_EQ(x.log.levels[0].second, "debug");
}

struct fault_case {
  const char* text;
  const char* pointer;
  const char* reason;
};

TEST(Config, NamesThePointerAndTheReasonOfEachFaultOfTheNode) {
  const fault_case cases[] = {
      {R"({"prot": 1})", "/prot", "unknown key"},
      {R"({"http": {"prot": 1}})", "/http/prot", "did you mean \"port\"?"},
      {R"({"http": {"port": 65536}})", "/http/port", "must be 0 to 65535, is 65536"},
      {R"({"http": {"port": -1}})", "/http/port", "must be a whole number, 0 to 65535, is -1"},
      {R"({"http": {"port": 80.5}})", "/http/port", "must be a whole number"},
      {R"({"http": {"port": "80"}})", "/http/port", "is a string"},
      {R"({"http": {"host": ""}})", "/http/host", "must have 1 to 255 bytes, has 0"},
      {R"({"http": {"host": 7}})", "/http/host", "must be a string, is a number"},
      {R"({"http": 1})", "/http", "must be an object, is a number"},
      {R"({"http": {"body_bytes_max": 1}})", "/http/body_bytes_max", "must be 1024 to 67108864"},
      {R"({"http": {"tls": {"certificate_file": "c"}}})", "/http/tls/private_key_file",
       "is missing"},
      {R"({"http": {"tls": {"certificate_file": "c", "private_key_file": "k", "x": 1}}})",
       "/http/tls/x", "unknown key"},
      {R"({"journal": {"segment_bytes": 1}})", "/journal/segment_bytes", "must be 1048576 to"},
      {R"({"journal": {"repair": true}})", "/journal/repair", "unknown key"},
      {R"({"supervision": {"backoff_min_ms": 100, "backoff_max_ms": 50}})",
       "/supervision/backoff_max_ms", "must not be below backoff_min_ms, 100"},
      {R"({"log": {"level": "loud"}})", "/log/level", "must be one of trace"},
      {R"({"log": {"format": "xml"}})", "/log/format", "must be one of text, json"},
      {R"({"log": {"levels": {"a/b": "loud"}}})", "/log/levels/a~1b", "must be one of trace"},
      {R"({"log": {"levels": []}})", "/log/levels", "is an array"},
      {R"({"account": "12"})", "/account", "must be 12 digits"},
      {R"({"region": "EU"})", "/region", "a-z 0-9 -"},
      {R"({"drain_timeout_ms": 600001})", "/drain_timeout_ms", "must be 100 to 600000"},
      {R"({"account": "123456789012", "account": "123456789012"})", "/account", "is given twice"},
      {R"([])", "", "must be an object, is an array"},
      {R"({)", "", "is not JSON"},
  };
  for (auto& [text, pointer, reason] : cases) {
    auto result = parse_node(text);
    ASSERT_EQ(result.errors.size(), 1u) << text << "\n" << all_errors(result);
    EXPECT_EQ(result.errors[0].file, "c/baseplate.json") << text;
    EXPECT_EQ(result.errors[0].pointer, pointer) << text;
    EXPECT_THAT(result.errors[0].reason, HasSubstr(reason)) << text;
  }
}

TEST(Config, ListsAllFaultsNotOnlyTheFirst) {
  config_sources sources;
  sources.node = config_file{"c/baseplate.json", R"({"a": 1, "http": {"port": -1, "b": 2}})"};
  sources.squads.emplace_back("x", config_file{"c/squads/x.json", R"({"c": 1})"});
  sources.squads.emplace_back("y", config_file{"c/squads/y.json", R"(nonsense)"});
  auto result = parse_config(sources, checks());
  EXPECT_EQ(result.errors.size(), 5u) << all_errors(result);
}

TEST(Config, TakesEveryKeyOfASquad) {
  auto result = parse_squad(R"({
    "description": "the shop",
    "buses": {"default": {"retention_age_s": 60, "retention_bytes": 70},
              "orders/eu": {"description": "of Europe"}},
    "groups": {"checkout": {"description": "d", "bus": "orders/eu", "start": "oldest", "lag": "expire",
               "paused": true, "credit_events": 10, "quarantine_after": 4, "commits_in_flight_max": 3,
               "batch_events_max": 50, "cached_keys_max": 60, "watermark_idle_ms": 7000,
               "options": {"payment_timeout_ms": 5, "secret": {"env": "KNOWN"}}}},
    "subscribers": {"psp": {"description": "d", "bus": "default", "pattern": {"detail-type": ["P"]},
               "target": {"kind": "http", "url": "http://h/", "headers": {"env": "prod", "authorization": {"file": "/run/key"}}},
               "start": "2026-01-31T12:00:00Z", "ordering_key": "/detail/id", "lag": "hold", "paused": false,
               "credit_events": 77,
               "retry": {"retry_attempts_max": 5, "event_age_max_s": 61, "backoff_ms": 9, "backoff_max_ms": 10}}}})");
  ASSERT_TRUE(result.errors.empty()) << all_errors(result);
  auto& x = result.config;
  ASSERT_EQ(x.buses.size(), 3u);
  EXPECT_EQ(x.buses[0].name, "default");
  EXPECT_EQ(x.buses[0].retention_age_s, 60u);
  EXPECT_EQ(x.buses[0].retention_bytes, 70u);
  EXPECT_EQ(x.buses[2].name, "orders/eu");
  ASSERT_EQ(x.groups.size(), 1u);
  auto& group = x.groups[0];
  EXPECT_EQ(group.name, "checkout");
  EXPECT_EQ(group.squad, "shop");
  EXPECT_EQ(group.bus, "orders/eu");
  EXPECT_EQ(group.start, start_position::oldest);
  EXPECT_EQ(group.lag, lag_policy::expire);
  EXPECT_TRUE(group.paused);
  EXPECT_EQ(group.credit_events, 10u);
  EXPECT_EQ(group.quarantine_after, 4u);
  EXPECT_EQ(group.commits_in_flight_max, 3u);
  EXPECT_EQ(group.batch_events_max, 50u);
  EXPECT_EQ(group.cached_keys_max, 60u);
  EXPECT_EQ(group.watermark_idle.count(), 7000);
  EXPECT_EQ(group.options.at("secret"), "s3cret-value");
  ASSERT_EQ(x.subscribers.size(), 1u);
  auto& subscriber = x.subscribers[0];
  EXPECT_EQ(subscriber.squad, "shop");
  EXPECT_EQ(subscriber.spec.name, "psp");
  EXPECT_EQ(subscriber.spec.pattern, R"({"detail-type":["P"]})");
  EXPECT_EQ(subscriber.spec.target, target_kind::http);
  EXPECT_EQ(subscriber.spec.start, start_position::time);
  EXPECT_EQ(subscriber.spec.start_time_ms, 1'769'860'800'000);
  EXPECT_EQ(subscriber.spec.ordering_key, "/detail/id");
  EXPECT_EQ(subscriber.spec.credit_events, 77u);
  EXPECT_EQ(subscriber.spec.retry.retry_attempts_max, 5u);
  EXPECT_EQ(subscriber.spec.retry.event_age_max_s, 61u);
  EXPECT_EQ(subscriber.spec.retry.backoff_ms, 9u);
  EXPECT_EQ(subscriber.spec.retry.backoff_max_ms, 10u);
  auto& headers = subscriber.target.at("headers").as_object();
  EXPECT_EQ(headers.at("env"), "prod");
  EXPECT_EQ(headers.at("authorization"), "s3cret-value");
}

TEST(Config, NamesThePointerAndTheReasonOfEachFaultOfASquad) {
  const fault_case cases[] = {
      {R"({"bus": {}})", "/bus", "did you mean \"buses\"?"},
      {R"({"buses": []})", "/buses", "is an array"},
      {R"({"buses": {"a b": {}}})", "/buses/a b", "a bus is named with"},
      {R"({"buses": {"baseplate.system": {}}})", "/buses/baseplate.system", "node's own bus"},
      {R"({"buses": {"x": {"retention_age": 1}}})", "/buses/x/retention_age",
       "did you mean \"retention_age_s\"?"},
      {R"({"groups": {"nobody": {}}})", "/groups/nobody", "there is no such group"},
      {R"({"groups": {"checkout": {"bus": "no"}}})", "/groups/checkout/bus",
       "no squad declares a bus \"no\""},
      {R"({"groups": {"checkout": {"options": {"bad": 1}}}})", "/groups/checkout/options/bad",
       "is bad"},
      {R"({"groups": {"checkout": {"options": 1}}})", "/groups/checkout/options",
       "must be an object, is a number"},
      {R"({"groups": {"checkout": {"start": "yesterday"}}})", "/groups/checkout/start",
       "must be latest, oldest, or a time"},
      {R"({"groups": {"checkout": {"lag": "skip"}}})", "/groups/checkout/lag",
       "must be one of hold, expire"},
      {R"({"groups": {"checkout": {"options": {"k": {"env": "UNSET"}}}}})",
       "/groups/checkout/options/k", "environment variable UNSET is not set"},
      {R"({"groups": {"checkout": {"options": {"k": [{"file": "/no"}]}}}})",
       "/groups/checkout/options/k/0", "file /no cannot be read"},
      {R"({"subscribers": {"s": {}}})", "/subscribers/s/target", "is missing"},
      {R"({"subscribers": {"s": {"target": {}}}})", "/subscribers/s/target/kind", "is missing"},
      {R"({"subscribers": {"s": {"target": {"kind": "ftp"}}}})", "/subscribers/s/target/kind",
       "must be one of http, smtp, log"},
      {R"({"subscribers": {"s": {"target": {"kind": "group"}}}})", "/subscribers/s/target/kind",
       "must be one of http, smtp, log"},
      {R"({"subscribers": {"s": {"target": {"kind": "http"}}}})", "/subscribers/s/target/url",
       "is missing"},
      {R"({"subscribers": {"s": {"target": {"kind": "log"}, "pattern": []}}})",
       "/subscribers/s/pattern", "must be an object, is an array"},
      {R"({"subscribers": {"s": {"target": {"kind": "log"}, "pattern": {"source": [{"prefix": "a"}]}}}})",
       "/subscribers/s/pattern/source/0/prefix", "is not supported yet"},
      {R"({"subscribers": {"s": {"target": {"kind": "log"}, "ordering_key": "detail.id"}}})",
       "/subscribers/s/ordering_key", "must be a JSON Pointer"},
      {R"({"subscribers": {"s": {"target": {"kind": "log"}, "retry": {"retry_attempts_max": 186}}}})",
       "/subscribers/s/retry/retry_attempts_max", "must be 0 to 185, is 186"},
      {R"({"subscribers": {"s": {"target": {"kind": "log"}, "retry": {"event_age_max_s": 59}}}})",
       "/subscribers/s/retry/event_age_max_s", "must be 60 to 86400, is 59"},
      {R"({"subscribers": {"s": {"target": {"kind": "log"}, "credit_events": 0}}})",
       "/subscribers/s/credit_events", "must be 1 to 65536, is 0"},
      {R"({"subscribers": {"s": {"target": {"kind": "log"}, "paused": "no"}}})",
       "/subscribers/s/paused", "must be true or false, is a string"},
      {R"({"subscribers": {"s/t": {"target": {"kind": "log"}}}})", "/subscribers/s~1t",
       "a subscriber is named with"},
      {R"({"groups": {"x": {}}, "subscribers": {"x": {"target": {"kind": "log"}}}})",
       "/subscribers/x", "is already declared in c/squads/shop.json at /groups/x"},
  };
  for (auto& [text, pointer, reason] : cases) {
    auto result = parse_squad(text);
    ASSERT_EQ(result.errors.size(), 1u) << text << "\n" << all_errors(result);
    EXPECT_EQ(result.errors[0].file, "c/squads/shop.json") << text;
    EXPECT_EQ(result.errors[0].pointer, pointer) << text;
    EXPECT_THAT(result.errors[0].reason, HasSubstr(reason)) << text;
  }
}

TEST(Config, RefusesTheSameNameInTwoSquadsAndSaysWhereItWasFirst) {
  config_sources sources;
  sources.squads.emplace_back(
      "a", config_file{"c/squads/a.json",
                       R"({"buses":{"b":{}},"subscribers":{"s":{"target":{"kind":"log"}}}})"});
  sources.squads.emplace_back(
      "b",
      config_file{"c/squads/b.json",
                  R"({"buses":{"b":{}},"subscribers":{"s":{"bus":"b","target":{"kind":"log"}}}})"});
  auto result = parse_config(sources, checks());
  ASSERT_EQ(result.errors.size(), 2u) << all_errors(result);
  EXPECT_EQ(to_string(result.errors[0]),
            "c/squads/b.json: /buses/b: is already declared in c/squads/a.json at /buses/b");
  EXPECT_EQ(result.errors[1].pointer, "/subscribers/s");
}

TEST(Config, ASquadMayReferToTheBusOfAnother) {
  config_sources sources;
  sources.squads.emplace_back(
      "a", config_file{"a", R"({"subscribers":{"s":{"bus":"b","target":{"kind":"log"}},
                              "t":{"bus":"baseplate.system","target":{"kind":"log"}}}})"});
  sources.squads.emplace_back("b", config_file{"b", R"({"buses":{"b":{}}})"});
  auto result = parse_config(sources, checks());
  EXPECT_TRUE(result.errors.empty()) << all_errors(result);
}

config_sources with_overlay(std::string overlay) {
  config_sources sources;
  sources.node = config_file{"c/baseplate.json", R"({"http":{"port":1,"host":"h"}})"};
  sources.squads.emplace_back(
      "shop", config_file{"c/squads/shop.json",
                          R"({"subscribers":{"s":{"target":{"kind":"http","url":"http://a/"}}}})"});
  sources.environment = "qa";
  sources.overlay = config_file{"c/environments/qa.json", std::move(overlay)};
  return sources;
}

TEST(ConfigOverlay, ChangesTheMembersThatItNamesAndNoOthers) {
  auto result = parse_config(
      with_overlay(
          R"({"node":{"http":{"port":2}},"squads":{"shop":{"subscribers":{"s":{"target":{"url":"http://b/"}}}}}})"),
      checks());
  ASSERT_TRUE(result.errors.empty()) << all_errors(result);
  EXPECT_EQ(result.config.environment, "qa");
  EXPECT_EQ(result.config.http.port, 2);
  EXPECT_EQ(result.config.http.host, "h");
  EXPECT_EQ(result.config.subscribers.at(0).target.at("url"), "http://b/");
}

TEST(ConfigOverlay, TakesAwayWhatItSetsToNull) {
  auto result
      = parse_config(with_overlay(R"({"node":{"http":null},"squads":{"shop":null}})"), checks());
  ASSERT_TRUE(result.errors.empty()) << all_errors(result);
  EXPECT_EQ(result.config.http.port, 8080);
  EXPECT_TRUE(result.config.subscribers.empty());
}

TEST(ConfigOverlay, IsNamedAsTheFileOfTheFaultsThatItBrings) {
  const fault_case cases[] = {
      {R"({"node":{"http":{"port":-2}}})", "/node/http/port", "whole number"},
      {R"({"node":{"http":{"new":1}}})", "/node/http/new", "unknown key"},
      {R"({"squads":{"shop":{"subscribers":{"s":{"lag":"x"}}}}})", "/squads/shop/subscribers/s/lag",
       "must be one of"},
      {R"({"squads":{"shopp":{}}})", "/squads/shopp", "there is no squads/shopp.json"},
      {R"({"nodes":{}})", "/nodes", "did you mean \"node\"?"},
      {R"({"node":[]})", "/node", "must be an object, is an array"},
  };
  for (auto& [text, pointer, reason] : cases) {
    auto result = parse_config(with_overlay(text), checks());
    ASSERT_EQ(result.errors.size(), 1u) << text << "\n" << all_errors(result);
    EXPECT_EQ(result.errors[0].file, "c/environments/qa.json") << text;
    EXPECT_EQ(result.errors[0].pointer, pointer) << text;
    EXPECT_THAT(result.errors[0].reason, HasSubstr(reason)) << text;
  }
}

TEST(ConfigOverlay, LeavesTheFaultsOfTheBaseWithTheBase) {
  auto sources = with_overlay(R"({"node":{"http":{"port":3}}})");
  sources.node->text = R"({"http":{"port":1,"hots":"h"}})";
  auto result = parse_config(sources, checks());
  ASSERT_EQ(result.errors.size(), 1u) << all_errors(result);
  EXPECT_EQ(to_string(result.errors[0]),
            "c/baseplate.json: /http/hots: unknown key; did you mean \"host\"?");
}

TEST(ConfigSecrets, StayOutOfWhatIsJournaledAndOutOfWhatIsPrinted) {
  auto result = parse_squad(R"({
    "groups": {"checkout": {"options": {"webhook_secrets": ["literal-1", {"env": "KNOWN"}]}}},
    "subscribers": {"s": {"target": {"kind": "http", "url": "http://user:literal-2@h/x",
       "headers": {"Authorization": {"env": "KNOWN"}, "X-Api-Key": "literal-3"}}}}})");
  ASSERT_TRUE(result.errors.empty()) << all_errors(result);
  auto& printed = result.config.effective_json;
  EXPECT_THAT(printed, Not(HasSubstr("s3cret-value")));
  EXPECT_THAT(printed, Not(HasSubstr("literal")));
  EXPECT_THAT(printed, HasSubstr(R"({"env":"KNOWN"})"));
  EXPECT_THAT(printed, HasSubstr("http://***@h/x"));
  EXPECT_THAT(result.config.subscribers[0].spec.target_json, Not(HasSubstr("s3cret-value")));
  EXPECT_EQ(result.config.subscribers[0].target.at("headers").at("Authorization"), "s3cret-value");
}

TEST(ConfigSecrets, FallBackToTheDefaultThatTheReferenceNames) {
  auto result = parse_squad(
      R"({"groups": {"checkout": {"options": {"a": {"env": "UNSET", "default": "dev"}, "b": {"env": "KNOWN", "default": "dev"}}}}})");
  ASSERT_TRUE(result.errors.empty()) << all_errors(result);
  EXPECT_EQ(result.config.groups[0].options.at("a"), "dev");
  EXPECT_EQ(result.config.groups[0].options.at("b"), "s3cret-value");
}

class ConfigDirectory : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::temp_directory_path()
            / ("baseplate-config-" + std::to_string(::getpid()) + "-"
               + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(root_ / "squads");
    std::filesystem::create_directories(root_ / "environments");
  }

  void TearDown() override { std::filesystem::remove_all(root_); }

  void write(const std::string& name, std::string_view text) {
    std::ofstream{root_ / name} << text;
  }

  std::filesystem::path root_;
};

TEST_F(ConfigDirectory, IsReadWithItsSquadsAndTheOverlayThatIsAskedFor) {
  write("baseplate.json", R"({"region":"a"})");
  write("squads/b.json", R"({"buses":{"b":{}}})");
  write("squads/a.json", R"({"buses":{"a":{}}})");
  write("squads/notes.txt", "not read");
  write("environments/qa.json", R"({"node":{"region":"qa"}})");
  auto plain = load_config(root_.string(), "", {});
  ASSERT_TRUE(plain.errors.empty()) << all_errors(plain);
  EXPECT_EQ(plain.config.region, "a");
  ASSERT_EQ(plain.config.buses.size(), 4u);
  EXPECT_EQ(plain.config.buses[2].name, "a");
  auto qa = load_config(root_.string(), "qa", {});
  ASSERT_TRUE(qa.errors.empty()) << all_errors(qa);
  EXPECT_EQ(qa.config.region, "qa");
}

TEST_F(ConfigDirectory, IsRefusedWhenItOrItsOverlayIsNotThere) {
  auto missing = load_config((root_ / "none").string(), "", {});
  ASSERT_EQ(missing.errors.size(), 1u);
  EXPECT_THAT(missing.errors[0].reason, HasSubstr("directory"));
  auto overlay = load_config(root_.string(), "prod", {});
  ASSERT_EQ(overlay.errors.size(), 1u);
  EXPECT_THAT(to_string(overlay.errors[0]), HasSubstr("prod.json: cannot be read: No such file"));
  auto outside = load_config(root_.string(), "../squads/a", {});
  ASSERT_EQ(outside.errors.size(), 1u);
  EXPECT_THAT(outside.errors[0].reason, HasSubstr("an environment is named"));
}

TEST_F(ConfigDirectory, SecretsComeFromTheEnvironmentAndFromFiles) {
  write("key", "from-a-file\n");
  ::setenv("BASEPLATE_CONFIG_TEST_SECRET", "from-the-environment", 1);
  write("squads/a.json",
        R"({"groups":{"g":{"options":{"a":{"env":"BASEPLATE_CONFIG_TEST_SECRET"},"b":{"file":")"
            + (root_ / "key").string() + R"("}}}}})");
  auto result = load_config(root_.string(), "", {});
  ::unsetenv("BASEPLATE_CONFIG_TEST_SECRET");
  ASSERT_TRUE(result.errors.empty()) << all_errors(result);
  EXPECT_EQ(result.config.groups[0].options.at("a"), "from-the-environment");
  EXPECT_EQ(result.config.groups[0].options.at("b"), "from-a-file");
}

} // namespace
} // namespace baseplate::app
