// A squad's file to buses, groups and subscribers. Pure but for the checks that are handed in.
#pragma once

#include "app/config.hpp"
#include "app/config/object_reader.hpp"

#include <map>
#include <string>
#include <vector>

namespace baseplate::app {

/// A bus that something refers to, to be looked up once all squads are read.
struct bus_reference {
  std::string bus;
  std::string pointer;
};

/// What a squad's file says.
struct squad_options {
  std::vector<bus_spec> buses;
  std::vector<group_config> groups;
  std::vector<subscriber_config> subscribers;
  std::vector<bus_reference> bus_references;
};

/// Reads one squad's document; faults go to `faults`.
squad_options read_squad_options(const boost::json::value& document, const std::string& squad,
                                 const config_checks& checks, fault_list& faults);

/// A copy of `value` in which each {"env": NAME}, {"env": NAME, "default": TEXT} and {"file": PATH}
/// is the secret's text. A reference without a secret is a fault at `pointer`. Under "headers" and
/// "pattern" only members of members are looked at, so that a header may be called "env".
boost::json::value resolve_secrets(const boost::json::value& value, const std::string& pointer,
                                   const config_checks& checks, fault_list& faults);

} // namespace baseplate::app
