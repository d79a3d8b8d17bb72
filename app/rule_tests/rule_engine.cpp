#include "app/rule_tests/rule_engine.hpp"

#include "actors/bus/time_zones.hpp"

namespace baseplate::app::rule_tests {

rule_engine make_rule_engine() {
  rule_engine engine;
  engine.is_time_zone = [](std::string_view name) { return bus::find_time_zone(name) != nullptr; };
  return engine;
}

} // namespace baseplate::app::rule_tests
