#include "app/serve.hpp"

#include "actors/gateway/gateway.hpp"
#include "actors/journal/file_log_device.hpp"
#include "actors/journal/journal.hpp"
#include "actors/journal/repair.hpp"
#include "actors/journal/rocksdb_state_store.hpp"
#include "actors/outbound/curl_transport.hpp"
#include "actors/supervision/crash_reason.hpp"
#include "actors/supervision/handlers.hpp"
#include "app/cli/exit_code.hpp"
#include "app/exit_signal.hpp"
#include "app/logging.hpp"
#include "app/node_metrics.hpp"
#include "app/wiring.hpp"
#include "messages/caf/self_test.hpp"
#include "messages/caf/type_ids.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <random>
#include <thread>
#include <unistd.h>

namespace baseplate::app {

namespace {

using journal::journal_handle;

unix_ms system_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::uint64_t system_random() {
  thread_local std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

struct caf_config : caf::actor_system_config {
  caf_config() {
    // Stealing workers poll: 16 % of a core at 100 messages/s (docs/decisions/0001-libraries.md).
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{2});
    set("scheduler.max-throughput", std::size_t{300});
    baseplate::add_message_types(*this);
    add_error_category(supervision::supervision_error_category,
                       supervision::render_supervision_error);
  }
};

/// Opens journals: the first one before the tree is built, so that a damaged log ends the start
/// with its reason.
class journal_source {
 public:
  explicit journal_source(const node_config& config) : config_(config) {}

  void open(caf::actor_system& system) {
    namespace fs = std::filesystem;
    const fs::path data{config_.data_dir};
    fs::create_directories(data);
    auto device = std::make_unique<journal::file_log_device>(data);
    auto store = journal::open_rocksdb_state_store(data / "state");
    if (config_.journal.repair)
      for (auto& range : journal::repair(*device, *store, system_now()))
        spdlog::warn("journal repaired: {}", journal::to_string(range));
    auto handle = journal::spawn_journal(system, options(), std::move(device), std::move(store),
                                         system_now);
    std::lock_guard guard{mutex_};
    current_ = std::move(handle);
    fresh_ = true;
  }

  /// For the supervisor: what open() made, or after its death a new one.
  caf::actor start(caf::actor_system& system) {
    {
      std::lock_guard guard{mutex_};
      if (!fresh_)
        current_ = {};
    }
    if (!fresh_)
      open(system);
    fresh_ = false;
    return caf::actor_cast<caf::actor>(current_.actor);
  }

  journal_handle current() const {
    std::lock_guard guard{mutex_};
    return current_;
  }

  void forget() {
    std::lock_guard guard{mutex_};
    current_ = {};
  }

 private:
  journal::journal_options options() const {
    journal::journal_options out;
    out.segment_bytes = config_.journal.segment_bytes;
    out.checkpoint_log_bytes = config_.journal.checkpoint_log_bytes;
    out.checkpoint_rows = config_.journal.checkpoint_dirty_keys;
    out.checkpoint_interval = config_.journal.checkpoint_interval;
    out.mailbox_bytes_max = config_.journal.pending_bytes_max;
    return out;
  }

  const node_config& config_;
  mutable std::mutex mutex_;
  journal_handle current_;
  bool fresh_ = false;
};

gateway::gateway_options gateway_options_of(const node_config& config) {
  gateway::gateway_options out;
  const auto& http = config.http;
  out.host = http.host;
  out.port = http.port;
  out.header_bytes_max = http.header_bytes_max;
  out.body_bytes_max = http.body_bytes_max;
  out.connections_max = http.connections_max;
  out.pipelined_requests_max = http.pipelined_requests_max;
  out.request_timeout = http.request_timeout;
  out.header_timeout = std::min(http.request_timeout, out.header_timeout);
  out.idle_timeout = http.idle_timeout;
  out.write_timeout = http.write_timeout;
  out.reply_timeout = http.reply_timeout;
  out.drain_timeout = std::min(config.drain_timeout / 2, out.drain_timeout);
  out.ingest.json_depth_max = http.json_depth_max;
  out.ingest.account = config.account;
  out.ingest.region = config.region;
  if (http.tls) {
    out.tls_certificate_file = http.tls->certificate_file;
    out.tls_private_key_file = http.tls->private_key_file;
  }
  return out;
}

/// A node of this process: what lives as long as it does.
class process {
 public:
  process(const node_config& config, const std::vector<group_module>& modules)
      : config_(config), groups_(make_groups(config, modules)), journals_(config) {}

  int run() {
    caf_config settings;
    caf::actor_system system{settings};
    if (const auto fault = round_trip_self_test(&system)) {
      spdlog::critical("node does not start: a message does not come back: {}", *fault);
      return exit_failure;
    }
    try {
      journals_.open(system);
    } catch (const journal::journal_open_error& e) {
      spdlog::critical("node does not start: {}{}", e.what(),
                       e.segment().empty()
                           ? ""
                           : "; --repair sets the damaged bytes aside in quarantine, "
                             "says what is lost, and starts");
      return exit_failure;
    } catch (const std::exception& e) {
      spdlog::critical("node does not start: {}", e.what());
      return exit_failure;
    }
    for (auto& group : groups_) {
      append(routes_, group.parts.routes);
      append(streams_, group.parts.streams);
    }
    assemble(system, config_, groups_, seams(system), node_);
    watch_root(system);
    return wait_for_end();
  }

 private:
  template <class T>
  static void append(std::vector<T>& to, const std::vector<T>& what) {
    to.insert(to.end(), what.begin(), what.end());
  }

  node_seams seams(caf::actor_system&) {
    node_seams out;
    out.now = system_now;
    out.random = system_random;
    out.dispatch.ring_bytes_max = config_.journal.ring_bytes;
    out.start_journal = [this](caf::actor_system& at) { return journals_.start(at); };
    out.start_transport = [this](caf::actor_system& at, std::shared_ptr<const directory> names) {
      return start_transport(at, *names);
    };
    out.start_gateway = [this](caf::actor_system& at) { return start_gateway(at); };
    return out;
  }

  caf::actor start_transport(caf::actor_system& system, const directory& names) {
    std::vector<outbound::destination> destinations;
    for (auto& subscriber : config_.subscribers)
      destinations.push_back({names.subscriber(subscriber.spec.name).value_or(0),
                              subscriber.spec.name, subscriber.spec.target,
                              boost::json::serialize(subscriber.target)});
    return caf::actor_cast<caf::actor>(
        outbound::spawn_curl_transport(system, {}, std::move(destinations), system_now));
  }

  caf::actor start_gateway(caf::actor_system& system) {
    const auto journal = journals_.current();
    if (!exported_.exchange(true))
      export_node(metrics_, node_, journal.stats, acknowledged_);
    gateway::gateway_ports ports;
    ports.journal = journal.port;
    ports.bus = node_.bus;
    ports.journal_control = node_.journal;
    ports.now = system_now;
    ports.bus_by_name = [names = node_.names](std::string_view name) { return names->bus(name); };
    ports.routes = routes_;
    ports.streams = streams_;
    ports.metrics_text = [this] { return metrics_.text(); };
    ports.acknowledged = acknowledged_;
    ports.ready = [this] {
      return draining_ ? gateway::readiness{false, "the node is stopping"} : gateway::readiness{};
    };
    ports.random = system_random;
    ports.on_listening = [this](std::uint16_t port) {
      spdlog::info("node is ready: url={}://{}:{} data={} groups={}",
                   config_.http.tls ? "https" : "http", config_.http.host, port, config_.data_dir,
                   groups_.size());
    };
    return gateway::spawn_gateway(system, gateway_options_of(config_), std::move(ports));
  }

  void watch_root(caf::actor_system& system) {
    // Kept: an actor that nobody holds ends at once.
    watcher_ = system.spawn<caf::hidden>([this, root = node_.root](caf::event_based_actor* self) {
      supervision::install_default_handlers(self);
      self->set_down_handler([this, self](caf::down_msg& x) {
        root_reason_ = supervision::describe(x.reason, self->system());
        ended_.store(true, std::memory_order_release);
        signals_.give_up();
        self->quit();
      });
      self->monitor(root);
      return caf::behavior{[](caf::unit_t) {}};
    });
  }

  int wait_for_end() {
    const auto cause = signals_.wait();
    int code = exit_ok;
    if (cause.signal == 0) {
      spdlog::critical("node gives up: its supervision ended: {}", root_reason_);
      code = exit_failure;
    } else {
      spdlog::info("node stops: signal={} deadline_ms={}", cause.signal,
                   config_.drain_timeout.count());
      draining_ = true;
      std::thread deadline{[this] { enforce_deadline(); }};
      caf::anon_send_exit(node_.root, caf::exit_reason::user_shutdown);
      signals_.watch_for_second(ended_);
      deadline.join();
      spdlog::info("node stopped");
    }
    caf::anon_send_exit(watcher_, caf::exit_reason::user_shutdown);
    watcher_ = nullptr;
    close(node_);
    journals_.forget();
    return code;
  }

  /// What was acknowledged is on disk; a part that does not stop in time must not keep the process.
  void enforce_deadline() {
    const auto until = std::chrono::steady_clock::now() + config_.drain_timeout;
    while (!ended_.load(std::memory_order_acquire)) {
      if (std::chrono::steady_clock::now() >= until) {
        spdlog::critical("node did not stop within drain_timeout: ending the process; nothing "
                         "acknowledged is lost");
        flush_logs();
        ::_exit(exit_failure);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
  }

  exit_signal signals_;
  const node_config& config_;
  std::vector<made_group> groups_;
  std::vector<http_route> routes_;
  std::vector<http_stream_route> streams_;
  journal_source journals_;
  metrics metrics_;
  std::shared_ptr<latency_histogram> acknowledged_ = std::make_shared<latency_histogram>();
  std::atomic<bool> exported_{false};
  std::atomic<bool> draining_{false};
  std::atomic<bool> ended_{false};
  std::string root_reason_;
  caf::actor watcher_;
  node node_;
};

} // namespace

int run_node(const node_config& config, const std::vector<group_module>& modules) {
  auto names = platform_logger_names();
  for (auto& group : config.groups)
    names.push_back(group.name);
  start_logging(config.log, names);
  spdlog::info("node starts: version={} environment={} config={}", BASEPLATE_VERSION,
               config.environment.empty() ? "-" : config.environment, config.effective_json);
  int code = exit_failure;
  try {
    code = process{config, modules}.run();
  } catch (const std::exception& e) {
    spdlog::critical("node does not start: {}", e.what());
  }
  flush_logs();
  return code;
}

} // namespace baseplate::app
