#include "app/config.hpp"
#include "app/config/documents.hpp"
#include "app/config/node_options.hpp"
#include "app/config/squad_options.hpp"

#include <algorithm>
#include <map>

namespace baseplate::app {

namespace json = boost::json;

namespace {

constexpr std::size_t squads_max = 1000;
constexpr std::size_t subscribers_max = 10'000;

/// Who declared a name first; a second time is a fault that says where the first was.
class name_register {
 public:
  void declare(const std::string& name, const std::string& pointer, merged_document& document) {
    auto [at, fresh] = first_.emplace(name, document.locate({pointer, {}}));
    if (!fresh)
      document.faults.push_back(
          {pointer, "is already declared in " + at->second.file + " at " + at->second.pointer});
  }

  bool contains(const std::string& name) const { return first_.contains(name); }

 private:
  std::map<std::string, config_error> first_;
};

void collect(node_config& config, squad_options& squad) {
  for (auto& bus : squad.buses) {
    if (bus.name == "default")
      config.buses.front() = std::move(bus);
    else
      config.buses.push_back(std::move(bus));
  }
  std::move(squad.groups.begin(), squad.groups.end(), std::back_inserter(config.groups));
  std::move(squad.subscribers.begin(), squad.subscribers.end(),
            std::back_inserter(config.subscribers));
}

void read_squads(merged_documents& documents, const config_checks& checks, node_config& config) {
  name_register buses;
  name_register consumers;
  std::vector<squad_options> squads;
  for (auto& [name, document] : documents.squads) {
    auto squad = read_squad_options(document.value, name, checks, document.faults);
    for (auto& bus : squad.buses)
      buses.declare(bus.name, child_pointer("/buses", bus.name), document);
    for (auto& group : squad.groups)
      consumers.declare(group.name, child_pointer("/groups", group.name), document);
    for (auto& subscriber : squad.subscribers)
      consumers.declare(subscriber.spec.name, child_pointer("/subscribers", subscriber.spec.name),
                        document);
    squads.push_back(std::move(squad));
  }
  for (std::size_t i = 0; i < squads.size(); ++i) {
    auto& document = documents.squads[i].second;
    for (auto& reference : squads[i].bus_references)
      if (reference.bus != "default" && reference.bus != "baseplate.system"
          && !buses.contains(reference.bus))
        document.faults.push_back(
            {reference.pointer, "no squad declares a bus \"" + reference.bus + "\""});
    collect(config, squads[i]);
  }
}

std::string effective_json(const merged_documents& documents, const std::string& environment) {
  json::object squads;
  for (auto& [name, document] : documents.squads)
    squads.emplace(name, redacted(document.value));
  json::object all;
  all.emplace("environment", environment);
  all.emplace("node", redacted(documents.node.value));
  all.emplace("squads", std::move(squads));
  return json::serialize(all);
}

} // namespace

std::string to_string(const config_error& x) {
  std::string result = x.file;
  if (!x.pointer.empty())
    result += (result.empty() ? "" : ": ") + x.pointer;
  return result + (result.empty() ? "" : ": ") + x.reason;
}

config_result parse_config(const config_sources& sources, const config_checks& checks) {
  config_result result;
  auto& config = result.config;
  config.environment = sources.environment;
  config.buses.resize(2);
  config.buses[0].name = "default";
  config.buses[1].name = "baseplate.system";
  auto documents = merge_documents(sources);
  result.errors = std::move(documents.errors);
  if (documents.squads.size() > squads_max) {
    result.errors.push_back({{}, {}, "there are more than 1000 squads"});
    return result;
  }
  read_node_options(documents.node.value, config, documents.node.faults);
  read_squads(documents, checks, config);
  if (config.subscribers.size() + config.groups.size() > subscribers_max)
    result.errors.push_back({{}, {}, "there are more than 10000 groups and subscribers"});
  for (auto& fault : documents.node.faults)
    result.errors.push_back(documents.node.locate(fault));
  for (auto& [name, document] : documents.squads)
    for (auto& fault : document.faults)
      result.errors.push_back(document.locate(fault));
  if (result.errors.empty())
    config.effective_json = effective_json(documents, sources.environment);
  return result;
}

} // namespace baseplate::app
