#include "app/baseplate_main.hpp"

#include "actors/bus/logic/rules/compiled_pattern.hpp"
#include "actors/outbound/logic/target_settings.hpp"
#include "app/cli/command_line.hpp"
#include "app/serve.hpp"

#include <algorithm>

namespace baseplate::app {

namespace {

std::string names_of(const std::vector<group_module>& modules) {
  std::string out;
  for (auto& module : modules)
    out += (out.empty() ? "" : ", ") + module.name;
  return out;
}

} // namespace

config_checks make_config_checks(const std::vector<group_module>& modules) {
  config_checks checks;
  checks.group_options = [modules](std::string_view name, const boost::json::object& options) {
    auto module
        = std::find_if(modules.begin(), modules.end(), [&](auto& x) { return x.name == name; });
    if (module == modules.end())
      return std::vector<option_fault>{
          {"", "there is no such group; this binary has " + names_of(modules)}};
    return module->check(options);
  };
  checks.target = [](target_kind kind, const boost::json::object& settings) {
    std::vector<option_fault> faults;
    if (auto read = outbound::read_target_settings(kind, settings); !read)
      faults.push_back({read.error().pointer, read.error().reason});
    return faults;
  };
  checks.pattern = [](std::string_view pattern) {
    std::vector<option_fault> faults;
    if (auto parsed = rules::compile(pattern); !parsed)
      faults.push_back({parsed.error().pointer, parsed.error().reason});
    return faults;
  };
  return checks;
}

int baseplate_main(int argc, const char* const* argv, const std::vector<group_module>& modules) {
  command_line_parts parts;
  parts.checks = make_config_checks(modules);
  parts.serve = [&](const node_config& config) { return run_node(config, modules); };
  return run_command_line(argc, argv, parts);
}

} // namespace baseplate::app
