#include "app/wiring.hpp"

#include "actors/bus/bus.hpp"
#include "actors/bus/target_subscriber.hpp"
#include "actors/supervision/slot.hpp"
#include "app/registrar.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <stdexcept>

namespace baseplate::app {

namespace {

using supervision::child_spec;

/// Parked for a child that restarts: enough for every subscriber's and connection's messages of a
/// moment.
constexpr std::uint32_t parked_messages_max = 65'536;

caf::actor slot_named(caf::actor_system& system, std::string name) {
  return supervision::make_slot(system, {std::move(name), parked_messages_max});
}

supervision::supervisor_options options_of(const node_config& config, const node_seams& seams,
                                           const node& out, std::string path,
                                           supervision::restart_strategy strategy) {
  supervision::supervisor_options options;
  options.path = std::move(path);
  options.policy.strategy = strategy;
  options.policy.intensity = config.supervision.intensity;
  options.policy.period = config.supervision.period;
  options.policy.backoff_min = config.supervision.backoff_min;
  options.policy.backoff_max = config.supervision.backoff_max;
  options.now = seams.now;
  options.report = report_to(out.reporter, out.supervision);
  options.random
      = [random = seams.random] { return static_cast<double>(random() >> 11) * 0x1.0p-53; };
  return options;
}

child_spec child(std::string id, caf::actor address,
                 std::function<caf::actor(caf::actor_system&)> start) {
  child_spec spec;
  spec.id = std::move(id);
  spec.address = std::move(address);
  spec.start = std::move(start);
  return spec;
}

child_spec journal_child(const node_seams& seams, const node& out) {
  auto spec = child("journal", caf::actor_cast<caf::actor>(out.journal), seams.start_journal);
  spec.shutdown_timeout = std::chrono::seconds{30}; // its last checkpoint
  return spec;
}

child_spec registrar_child(caf::actor_system& system, const node_config& config,
                           const std::vector<made_group>& groups, const node& out) {
  registrar_parts parts{out.journal, out.names, config.buses, subscriber_specs(config, groups)};
  auto spec = child("registrar", slot_named(system, "registrar"),
                    [parts](caf::actor_system& at) { return spawn_registrar(at, parts); });
  spec.awaits_start = true;
  spec.start_timeout = std::chrono::seconds{30};
  return spec;
}

child_spec bus_child(const node_seams& seams, const node& out) {
  auto start = seams.start_bus;
  if (!start)
    start = [dispatch = seams.dispatch, random = seams.random](caf::actor_system& at,
                                                               journal_actor journal) {
      bus::bus_options options;
      options.dispatch = dispatch;
      options.dispatch.hash_seed = random();
      return caf::actor_cast<caf::actor>(bus::spawn_bus(at, options, std::move(journal)));
    };
  return child(
      "bus", caf::actor_cast<caf::actor>(out.bus),
      [start, journal = out.journal](caf::actor_system& at) { return start(at, journal); });
}

child_spec group_child(const node_config& config, const made_group& group, const node_seams& seams,
                       const node& out) {
  auto start = [&out, &config, group, now = seams.now](caf::actor_system& at) {
    return group::spawn_group(at, parts_of(out, group, config, now));
  };
  auto spec = child("actor", out.groups.at(group.config.name).address, std::move(start));
  return supervision::supervisor_child(
      group.config.name, "node/groups",
      options_of(config, seams, out, {}, supervision::restart_strategy::one_for_one), {spec});
}

child_spec target_child(const subscriber_config& subscriber, const node_seams& seams,
                        const node& out) {
  return child(subscriber.spec.name, out.targets.at(subscriber.spec.name),
               [&out, spec = subscriber.spec, seams](caf::actor_system& at) {
                 bus::target_parts parts;
                 parts.subscriber.id = out.names->subscriber(spec.name).value_or(0);
                 parts.subscriber.spec = spec;
                 parts.journal = out.journal;
                 parts.bus = out.bus;
                 parts.transport = out.transport;
                 parts.now = seams.now;
                 parts.seed = seams.random();
                 return bus::spawn_target_subscriber(at, std::move(parts));
               });
}

void make_addresses(caf::actor_system& system, const node_config& config,
                    const std::vector<made_group>& groups, node& out) {
  out.journal = caf::actor_cast<journal_actor>(slot_named(system, "journal"));
  out.bus = caf::actor_cast<bus_actor>(slot_named(system, "bus"));
  out.transport = caf::actor_cast<transport_actor>(slot_named(system, "transport"));
  out.gateway = caf::actor_cast<reply_sink_actor>(slot_named(system, "gateway"));
  for (auto& group : groups)
    out.groups[group.config.name]
        = {group.parts.logic, std::make_shared<group::crash_ledger>(group.config.quarantine_after),
           std::make_shared<group::group_stats>(), slot_named(system, group.config.name)};
  for (auto& subscriber : config.subscribers)
    out.targets[subscriber.spec.name] = slot_named(system, subscriber.spec.name);
}

} // namespace

std::vector<made_group> make_groups(const node_config& config,
                                    const std::vector<group_module>& modules) {
  std::vector<made_group> out;
  for (auto& wanted : config.groups) {
    auto module = std::find_if(modules.begin(), modules.end(),
                               [&](auto& x) { return x.name == wanted.name; });
    if (module == modules.end())
      throw std::runtime_error("there is no group " + wanted.name);
    out.push_back({wanted, module->make(wanted.options, wanted.bus)});
  }
  return out;
}

std::vector<subscriber_spec> subscriber_specs(const node_config& config,
                                              const std::vector<made_group>& groups) {
  std::vector<subscriber_spec> out;
  for (auto& group : groups) {
    subscriber_spec spec;
    spec.name = group.config.name;
    spec.bus = group.config.bus;
    spec.pattern = group.parts.logic->pattern();
    spec.target = target_kind::group;
    spec.start = group.config.start;
    spec.start_time_ms = group.config.start_time_ms;
    spec.lag = group.config.lag;
    spec.paused = group.config.paused;
    spec.credit_events = group.config.credit_events;
    out.push_back(std::move(spec));
  }
  for (auto& subscriber : config.subscribers)
    out.push_back(subscriber.spec);
  return out;
}

group::group_parts parts_of(const node& from, const made_group& group, const node_config& config,
                            const wall_clock& now) {
  const auto& running = from.groups.at(group.config.name);
  group::group_parts parts;
  parts.logic = group.parts.logic;
  parts.subscriber = from.names->subscriber(group.config.name).value_or(0);
  parts.context.group = group.config.name;
  parts.context.bus = from.names->bus(group.config.bus).value_or(0);
  parts.context.bus_by_name
      = [names = from.names](std::string_view name) { return names->bus(name).value_or(0); };
  parts.context.account = config.account;
  parts.context.region = config.region;
  parts.journal = from.journal;
  parts.bus = from.bus;
  parts.replies = from.gateway;
  parts.now = now;
  parts.ledger = running.ledger;
  parts.stats = running.stats;
  parts.options = from.group_defaults;
  parts.options.credit_events = group.config.credit_events;
  parts.options.commits_in_flight_max = group.config.commits_in_flight_max;
  parts.options.batch_events_max = group.config.batch_events_max;
  parts.options.cached_keys_max = group.config.cached_keys_max;
  parts.options.watermark_idle_ms = group.config.watermark_idle.count();
  return parts;
}

void assemble(caf::actor_system& system, const node_config& config,
              const std::vector<made_group>& groups, const node_seams& seams, node& out) {
  out.names = std::make_shared<directory>();
  out.board = std::make_shared<status_board>();
  out.supervision = std::make_shared<supervision_stats>();
  make_addresses(system, config, groups, out);
  out.reporter = spawn_system_reporter(
      system, {out.journal, out.names, seams.now, config.account, config.region});

  std::vector<child_spec> inner;
  for (auto& group : groups)
    inner.push_back(group_child(config, group, seams, out));
  std::vector<child_spec> outer;
  for (auto& subscriber : config.subscribers)
    outer.push_back(target_child(subscriber, seams, out));

  using supervision::restart_strategy;
  std::vector<child_spec> children;
  children.push_back(journal_child(seams, out));
  children.push_back(registrar_child(system, config, groups, out));
  children.push_back(bus_child(seams, out));
  children.push_back(child("status", slot_named(system, "status"), [&out](caf::actor_system& at) {
    return spawn_status_poller(at, out.bus, out.board);
  }));
  if (!outer.empty())
    children.push_back(child("transport", caf::actor_cast<caf::actor>(out.transport),
                             [&out, start = seams.start_transport](caf::actor_system& at) {
                               return start(at, out.names);
                             }));
  if (!inner.empty())
    children.push_back(supervision::supervisor_child(
        "groups", "node", options_of(config, seams, out, {}, restart_strategy::one_for_one),
        std::move(inner)));
  if (!outer.empty())
    children.push_back(supervision::supervisor_child(
        "targets", "node", options_of(config, seams, out, {}, restart_strategy::one_for_one),
        std::move(outer)));
  if (seams.start_gateway)
    children.push_back(
        child("gateway", caf::actor_cast<caf::actor>(out.gateway), seams.start_gateway));
  out.root = supervision::spawn_supervisor(
      system, options_of(config, seams, out, "node", restart_strategy::rest_for_one),
      std::move(children));
}

void close(node& x) {
  auto shut = [](auto& handle) {
    if (handle)
      supervision::slot_of(caf::actor_cast<caf::actor>(handle))
          .close(caf::exit_reason::user_shutdown);
  };
  shut(x.journal);
  shut(x.bus);
  shut(x.transport);
  shut(x.gateway);
  for (auto& [name, group] : x.groups)
    shut(group.address);
  for (auto& [name, target] : x.targets)
    shut(target);
  caf::anon_send_exit(x.reporter, caf::exit_reason::user_shutdown);
  x = {};
}

} // namespace baseplate::app
