#include "app/cli/check_command.hpp"

#include "app/cli/exit_code.hpp"

#include <boost/json.hpp>

#include <cstdio>

namespace baseplate::app {

namespace json = boost::json;

namespace {

void print_json(const config_result& result) {
  json::array errors;
  for (auto& x : result.errors)
    errors.push_back(json::object{{"file", x.file}, {"pointer", x.pointer}, {"reason", x.reason}});
  json::object summary{{"ok", result.errors.empty()}, {"errors", std::move(errors)}};
  if (result.errors.empty()) {
    summary["buses"] = result.config.buses.size();
    summary["groups"] = result.config.groups.size();
    summary["subscribers"] = result.config.subscribers.size();
  }
  std::printf("%s\n", json::serialize(summary).c_str());
}

} // namespace

void print_config_errors(const std::vector<config_error>& errors) {
  for (auto& x : errors)
    std::fprintf(stderr, "%s\n", to_string(x).c_str());
  std::fprintf(stderr, "%zu fault%s in the configuration\n", errors.size(),
               errors.size() == 1 ? "" : "s");
}

int run_check(const check_options& options, config_checks checks) {
  if (options.without_secrets)
    checks.secret = [](std::string_view, std::string_view) {
      // Long enough for any group's rule about the length of a secret.
      return std::optional<std::string>{"0123456789abcdef0123456789abcdef"};
    };
  auto result = load_config(options.directory, options.environment, std::move(checks));
  if (options.json)
    print_json(result);
  else if (!result.errors.empty())
    print_config_errors(result.errors);
  else
    std::printf("ok: %zu buses, %zu groups, %zu subscribers\n", result.config.buses.size(),
                result.config.groups.size(), result.config.subscribers.size());
  return result.errors.empty() ? exit_ok : exit_usage;
}

} // namespace baseplate::app
