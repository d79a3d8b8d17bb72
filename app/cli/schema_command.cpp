#include "app/cli/schema_command.hpp"

#include "app/cli/exit_code.hpp"
#include "app/cli/pretty_json.hpp"
#include "messages/registry.hpp"

#include <boost/json.hpp>

#include <cstdio>

namespace baseplate::app {

namespace json = boost::json;

namespace {

int list_types(bool as_json) {
  json::array all;
  for (auto& type : all_message_types()) {
    if (as_json)
      all.push_back(json::object{{"name", json::string(type.name)},
                                 {"detail-type", json::string(type.event)}});
    else if (type.event.empty())
      std::printf("%.*s\n", static_cast<int>(type.name.size()), type.name.data());
    else
      std::printf("%-28.*s event \"%.*s\"\n", static_cast<int>(type.name.size()), type.name.data(),
                  static_cast<int>(type.event.size()), type.event.data());
  }
  if (as_json)
    std::printf("%s\n", json::serialize(all).c_str());
  return exit_ok;
}

} // namespace

int run_schema(const std::string& name, bool sample, bool as_json) {
  if (name.empty())
    return list_types(as_json);
  auto type = find_message_type(name);
  if (!type) {
    std::fprintf(stderr, "there is no message \"%s\"; `baseplate schema` lists them\n",
                 name.c_str());
    return exit_usage;
  }
  auto document = sample ? type->sample() : type->schema();
  std::printf("%s\n", as_json ? json::serialize(document).c_str() : pretty_json(document).c_str());
  return exit_ok;
}

} // namespace baseplate::app
