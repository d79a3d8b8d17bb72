#include "tests/simulation/simulated_node.hpp"

#include "actors/bus/bus.hpp"
#include "actors/campaigns/campaigns.hpp"
#include "actors/checkout/checkout.hpp"
#include "actors/journal/sim_journal.hpp"
#include "actors/notifications/notifications.hpp"
#include "actors/payments/payments.hpp"
#include "actors/session_monitor/session_monitor.hpp"
#include "actors/supervision/handlers.hpp"
#include "tests/simulation/planted_faults.hpp"

#include <caf/all.hpp>

namespace baseplate::simulation {

namespace {

using namespace std::chrono_literals;

subscriber_spec outside_spec(std::string name, std::string pattern) {
  subscriber_spec spec;
  spec.name = std::move(name);
  spec.pattern = std::move(pattern);
  spec.target = target_kind::http;
  spec.retry.backoff_ms = 100;
  spec.retry.backoff_max_ms = 2000;
  spec.credit_events = 16;
  return spec;
}

std::uint64_t between(std::mt19937_64& random, std::uint64_t low, std::uint64_t high) {
  return low + random() % (high - low + 1);
}

} // namespace

app::node_config shop_config(std::mt19937_64& random) {
  app::node_config config;
  config.supervision.intensity = 1000;
  config.supervision.backoff_min = 1ms;
  config.supervision.backoff_max = 20ms;
  config.buses = {{"default", 0, 0}, {"baseplate.system", 0, 0}};
  for (auto* name : {"checkout", "payments", "campaigns", "notifications", "session_monitor"}) {
    app::group_config group;
    group.name = name;
    group.start = start_position::oldest;
    group.credit_events = static_cast<std::uint32_t>(between(random, 4, 64));
    group.commits_in_flight_max = static_cast<std::uint32_t>(between(random, 1, 4));
    config.groups.push_back(group);
  }
  auto add = [&](subscriber_spec spec) {
    spec.start = start_position::oldest;
    spec.credit_events = static_cast<std::uint32_t>(between(random, 2, 32));
    config.subscribers.push_back({std::move(spec), "sim", {}});
  };
  add(outside_spec("psp", R"({"detail-type":["payment_requested"]})"));
  add(outside_spec("psp-refunds", R"({"detail-type":["payment_refund_requested"]})"));
  add(outside_spec("mail", R"({"detail-type":["mail_requested"]})"));
  auto ordered = outside_spec("partner", R"({"source":["service-payments","service-checkout"]})");
  ordered.ordering_key = "/detail/data/order_id";
  add(ordered);
  return config;
}

std::vector<app::made_group> shop_groups(const app::node_config& config, std::mt19937_64& random) {
  std::vector<app::made_group> out;
  for (auto& group : config.groups) {
    app::group_parts parts;
    if (group.name == "checkout") {
      parts.logic = checkout::make_checkout();
      parts.routes = checkout::checkout_routes({}, [&random] { return std::to_string(random()); });
    } else if (group.name == "payments") {
      payments::payments_options options;
      options.webhook_secrets = {"a-secret-of-the-simulation"};
      parts.logic = payments::make_payments(options);
      parts.routes = payments::payments_routes(options);
    } else if (group.name == "campaigns") {
      parts.logic = campaigns::make_campaigns();
    } else if (group.name == "notifications") {
      parts.logic = notifications::make_notifications();
    } else {
      parts.logic = session_monitor::make_session_monitor();
    }
    out.push_back({group, std::move(parts)});
  }
  return out;
}

simulated_node::simulated_node(std::shared_ptr<platter> disk, outside& world,
                               std::mt19937_64& random, std::uint32_t incarnation,
                               unix_ms starts_at, planted_fault fault)
    : disk_(std::move(disk)), outside_(world), random_(random), incarnation_(incarnation),
      starts_at_(starts_at), fault_(fault) {
  world_.shuffle(random_());
  config_ = shop_config(random_);
  groups_ = shop_groups(config_, random_);
  for (auto& group : groups_)
    node_.routes.insert(node_.routes.end(), group.parts.routes.begin(), group.parts.routes.end());
  node_.group_defaults.skips_processed = fault_ != planted_fault::overlap;
  app::assemble(world_.system(), config_, groups_, seams(), node_);
  client_ = std::make_unique<client>(
      world_.system(), node_, outside_, [this] { return now(); }, dead_);
  world_.own(client_->actor());
}

simulated_node::~simulated_node() {
  *dead_ = true;
  caf::anon_send_exit(node_.root, caf::exit_reason::user_shutdown);
  world_.advance(std::chrono::minutes{2});
  app::close(node_);
  client_.reset();
}

app::node_seams simulated_node::seams() {
  app::node_seams out;
  out.now = [this] { return now(); };
  out.random = [this] { return random_(); };
  out.dispatch.ring_bytes_max = between(random_, 500, 9'500);
  out.dispatch.read_bytes_min = static_cast<std::uint32_t>(between(random_, 200, 4'000));
  out.dispatch.read_bytes_max = out.dispatch.read_bytes_min * 4;
  out.dispatch.idle_distance_events = between(random_, 8, 200);
  out.dispatch.tally_events = between(random_, 8, 200);
  out.start_transport
      = [this](caf::actor_system& system, std::shared_ptr<const app::directory> names) {
          return start_transport(system, std::move(names));
        };
  journal::journal_options options;
  options.segment_bytes = between(random_, 64 * 1024, 128 * 1024);
  out.start_journal = [this, options](caf::actor_system& system) {
    const auto early = fault_ == planted_fault::early_delivery || random_() % 2 == 0;
    auto choose = [this, early](journal::sim_choice what) {
      if (what == journal::sim_choice::hand_out)
        return early;
      return random_() % 100 < (what == journal::sim_choice::apply ? 50U : 4U);
    };
    std::unique_ptr<journal::state_store> store = std::make_unique<mortal_store>(disk_, dead_);
    if (fault_ == planted_fault::applied_lsn_apart)
      store = std::make_unique<torn_store>(std::move(store));
    auto journal = caf::actor_cast<caf::actor>(
        journal::spawn_sim_journal(
            system, options, std::make_unique<mortal_device>(disk_, dead_), std::move(store),
            [this] { return now(); }, choose)
            .actor);
    return fault_ == planted_fault::none ? journal
                                         : plant_before_journal(system, std::move(journal), fault_);
  };
  if (fault_ != planted_fault::none)
    out.start_bus = [this, dispatch = out.dispatch](caf::actor_system& system,
                                                    journal_actor journal) {
      bus::bus_options options;
      options.dispatch = dispatch;
      auto bus = caf::actor_cast<caf::actor>(bus::spawn_bus(system, options, std::move(journal)));
      return plant_before_bus(system, std::move(bus), fault_,
                              [this](std::uint64_t n) { return random_() % n; });
    };
  return out;
}

caf::actor simulated_node::start_transport(caf::actor_system& system,
                                           std::shared_ptr<const app::directory> names) {
  std::map<subscriber_id, std::string> known;
  for (auto& subscriber : config_.subscribers)
    known[names->subscriber(subscriber.spec.name).value_or(0)] = subscriber.spec.name;
  return system.spawn([this, known](caf::event_based_actor* self) {
    supervision::install_default_handlers(self);
    return caf::behavior{[this, self, known](const attempt& x) {
      if (*dead_)
        return;
      auto result = outside_.take(x, known.at(x.subscriber), incarnation_, now());
      self->send(caf::actor_cast<caf::actor>(self->current_sender()), std::move(result));
    }};
  });
}

void simulated_node::cut_power() {
  client_->give_up_waiting();
  *dead_ = true;
  disk_->disk->crash([this](std::uint64_t n) { return random_() % n; });
}

std::string simulated_node::group_name(std::uint64_t n) const {
  return config_.groups[n % config_.groups.size()].name;
}

void simulated_node::kill_group() {
  world_.kill(node_.groups.at(group_name(random_())).address);
}

void simulated_node::kill_target() {
  world_.kill(
      node_.targets.at(config_.subscribers[random_() % config_.subscribers.size()].spec.name));
}

void simulated_node::kill_bus() {
  world_.kill(node_.bus);
}

void simulated_node::start_zombie() {
  const auto& group = groups_[random_() % groups_.size()];
  if (node_.names->subscriber(group.config.name))
    world_.own(group::spawn_group(world_.system(),
                                  app::parts_of(node_, group, config_, [this] { return now(); })));
}

bool simulated_node::idle() const {
  const auto status = node_.board->get();
  if (status->subscribers.size() < config_.groups.size() + config_.subscribers.size())
    return false;
  for (auto& subscriber : status->subscribers)
    if (subscriber.pending != 0)
      return false;
  return true;
}

} // namespace baseplate::simulation
