#include "actors/journal/sim_journal.hpp"

#include "actors/journal/journal_core.hpp"
#include "actors/journal/journal_protocol.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <deque>

namespace baseplate::journal {

/// Messages of the simulated journal to itself; never on a wire.
struct sync_now {};

struct retry_now {};

struct checkpoint_tick {
  std::uint64_t generation = 0;
};

struct port_request {
  std::shared_ptr<port_publish> publish;
};

} // namespace baseplate::journal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(baseplate::journal::sync_now)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(baseplate::journal::retry_now)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(baseplate::journal::checkpoint_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(baseplate::journal::port_request)

namespace baseplate::journal {

namespace {

/// What the port shows of a simulated journal that may be gone.
struct sim_gate {
  caf::actor_addr journal;
  std::string unready;
};

class sim_journal final : public caf::event_based_actor {
 public:
  sim_journal(caf::actor_config& config, std::unique_ptr<journal_core> core,
              std::shared_ptr<journal_stats> stats, sim_chooser choose,
              std::shared_ptr<sim_gate> gate)
      : caf::event_based_actor(config), core_(std::move(core)), stats_(std::move(stats)),
        choose_(std::move(choose)), gate_(std::move(gate)),
        protocol_(std::make_unique<journal_protocol>(*core_, stats_, [this](read_job job) {
          jobs_.push_back(std::move(job));
          run_jobs();
        })) {
    set_error_handler([](caf::scheduled_actor*, caf::error&) {});
    set_down_handler([](caf::down_msg&) {});
    set_default_handler(caf::drop);
    set_exit_handler([this](caf::exit_msg& x) { exit(x.reason); });
  }

  const char* name() const override { return "journal"; }

  template <class T>
  auto taking() {
    return [this](T& x) {
      journal::request item;
      item.sender = current_sender();
      item.content = caf::make_message(std::move(x));
      item.bytes = size_of(item.content);
      receive(std::move(item));
    };
  }

  caf::behavior make_behavior() override {
    return {
        taking<open_subscriber>(),
        taking<load_states>(),
        taking<commit>(),
        taking<acknowledge>(),
        taking<baseplate::publish>(),
        taking<attach_bus>(),
        taking<read_log>(),
        taking<read_events>(),
        taking<find_time>(),
        taking<list_dead_letters>(),
        taking<declare_bus>(),
        taking<declare_subscriber>(),
        taking<record_tally>(),
        [this](port_request& x) {
          journal::request item;
          item.port = std::make_unique<port_publish>(std::move(*x.publish));
          item.bytes = item.port->batch.bytes.size() + 96;
          receive(std::move(item));
        },
        [this](sync_now&) {
          syncing_ = false;
          finish(protocol_->sync());
          work();
        },
        [this](retry_now&) {
          retrying_ = false;
          work();
        },
        [this](checkpoint_tick& x) {
          if (x.generation != tick_)
            return;
          ticking_ = false;
          make_checkpoint();
        },
    };
  }

 private:
  void receive(journal::request x) {
    stats_->mailbox_bytes += x.bytes;
    queue_.push_back(std::move(x));
    work();
  }

  journal_protocol::time_point now() { return system().clock().now().time_since_epoch(); }

  /// Takes what waits and appends; the sync follows as a message.
  void work() {
    while (!syncing_) {
      while (!queue_.empty() && protocol_->batch_bytes() < core_->options().batch_bytes_max) {
        auto bytes = queue_.front().bytes;
        if (protocol_->take(queue_.front(), now()) == journal_protocol::taken::flush_first)
          break;
        stats_->mailbox_bytes -= bytes;
        queue_.pop_front();
      }
      if (!protocol_->batch_open())
        protocol_->retry(now());
      if (!protocol_->batch_open())
        break;
      if (protocol_->append(now())) {
        syncing_ = true;
        if (choose_ && choose_(sim_choice::hand_out))
          protocol_->hand_out_appended();
        send(this, sync_now{});
      }
      gate_->unready = protocol_->unready();
    }
    if (auto due = protocol_->retry_at(); due && !syncing_ && !retrying_) {
      retrying_ = true;
      delayed_send(this, std::max(*due - now(), journal_protocol::time_point{0}), retry_now{});
    }
  }

  void finish(std::optional<appended_batch> batch) {
    gate_->unready = protocol_->unready();
    if (!batch)
      return;
    const auto last_lsn = batch->last_lsn;
    batches_.push_back(std::move(*batch));
    run_jobs(); // may apply it already
    if (!choose_ || choose_(sim_choice::apply))
      apply_up_to(last_lsn);
    if (choose_ ? choose_(sim_choice::checkpoint) : core_->checkpoint_due())
      make_checkpoint();
    else if (!ticking_) {
      ticking_ = true;
      delayed_send(this, core_->options().checkpoint_interval, checkpoint_tick{++tick_});
    }
  }

  void apply_up_to(log_number lsn) {
    while (!batches_.empty() && batches_.front().first_lsn <= lsn) {
      core_->apply(batches_.front());
      batches_.pop_front();
    }
  }

  /// Reads in their order, each when what it has to see is applied: that may be the batch whose
  /// sync is just being answered.
  void run_jobs() {
    while (!jobs_.empty()) {
      apply_up_to(jobs_.front().after);
      if (core_->applied_lsn() < jobs_.front().after)
        return;
      auto job = std::move(jobs_.front());
      jobs_.pop_front();
      job.run();
    }
  }

  void make_checkpoint() {
    if (!core_->checkpoint_useful())
      return;
    protocol_->announce_checkpoint();
    if (auto result = core_->checkpoint(); !result.ok() && !ticking_) {
      ticking_ = true;
      delayed_send(this, core_->options().retry_interval, checkpoint_tick{++tick_});
    }
  }

  void exit(const caf::error& reason) {
    if (!reason)
      return;
    if (reason != caf::exit_reason::kill) {
      if (syncing_)
        if (auto batch = protocol_->sync())
          batches_.push_back(std::move(*batch));
      protocol_->stop();
      for (auto& x : queue_)
        protocol_->take(x, now());
      queue_.clear();
      apply_up_to(core_->durable_lsn());
      for (int i = 0; i < 2 && core_->checkpoint_useful(); ++i)
        (void)core_->checkpoint();
    }
    quit(reason);
  }

  void on_exit() override {
    gate_->unready = "the node is draining";
    gate_->journal = {};
    // Device and store close with the core; sinks and senders are let go.
    queue_.clear();
    batches_.clear();
    jobs_.clear();
    protocol_.reset();
    core_.reset();
  }

  std::unique_ptr<journal_core> core_;
  std::shared_ptr<journal_stats> stats_;
  sim_chooser choose_;
  std::shared_ptr<sim_gate> gate_;
  std::unique_ptr<journal_protocol> protocol_;
  std::deque<journal::request> queue_;
  std::deque<appended_batch> batches_;
  std::deque<read_job> jobs_;
  bool syncing_ = false;
  bool retrying_ = false;
  bool ticking_ = false;
  std::uint64_t tick_ = 0;
};

class sim_port final : public journal_port {
 public:
  sim_port(journal_options options, std::shared_ptr<sim_gate> gate,
           std::shared_ptr<journal_stats> stats)
      : options_(options), gate_(std::move(gate)), stats_(std::move(stats)) {}

  void publish(event_batch batch, std::uint64_t token,
               const std::shared_ptr<completion_sink>& sink) override {
    auto x = std::make_shared<port_publish>();
    x->token = token;
    x->sink = sink;
    if (stats_->mailbox_bytes + batch.bytes.size() > options_.mailbox_bytes_max) {
      x->refused = journal_error::overloaded;
      x->reason = "more than " + std::to_string(options_.mailbox_bytes_max)
                  + " bytes wait to be written; ask again later";
    } else {
      x->batch = std::move(batch);
    }
    if (auto journal = caf::actor_cast<caf::strong_actor_ptr>(gate_->journal))
      caf::anon_send(caf::actor_cast<caf::actor>(journal), port_request{std::move(x)});
    else
      sink->complete({{token, journal_error::stopping, 0, 0, "the node is draining"}});
  }

  bool ready(std::string* reason) const override {
    if (gate_->unready.empty())
      return true;
    if (reason != nullptr)
      *reason = gate_->unready;
    return false;
  }

 private:
  journal_options options_;
  std::shared_ptr<sim_gate> gate_;
  std::shared_ptr<journal_stats> stats_;
};

} // namespace

journal_handle spawn_sim_journal(caf::actor_system& system, const journal_options& options,
                                 std::unique_ptr<log_device> device,
                                 std::unique_ptr<state_store> store, wall_clock clock,
                                 sim_chooser choose) {
  auto stats = std::make_shared<journal_stats>();
  auto core = std::make_unique<journal_core>(options, std::move(device), std::move(store),
                                             std::move(clock), stats);
  auto report = core->open();
  spdlog::debug("journal opened: segments={} records_applied={} last_lsn={} truncated_bytes={}",
                report.segments, report.records_applied, report.last_lsn, report.truncated_bytes);
  auto gate = std::make_shared<sim_gate>();
  auto journal = system.spawn<sim_journal>(std::move(core), stats, std::move(choose), gate);
  gate->journal = journal.address();
  return {caf::actor_cast<journal_actor>(journal),
          std::make_shared<sim_port>(options, std::move(gate), stats), stats};
}

} // namespace baseplate::journal
