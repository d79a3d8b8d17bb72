#include "actors/supervision/supervisor.hpp"

#include "actors/supervision/crash_reason.hpp"
#include "actors/supervision/handlers.hpp"
#include "actors/supervision/slot.hpp"
#include "actors/supervision/supervised_child.hpp"
#include "messages/assert.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>
#include <utility>

namespace baseplate::supervision {

namespace {

using std::chrono::milliseconds;

/// The wait before restart `number` is over. 0: none is, but there may be work.
struct restart_due {
  std::uint64_t number;
};

enum class deadline : std::uint8_t { start, stop, kill };

/// A deadline of one incarnation has passed.
struct deadline_passed {
  deadline what;
  std::size_t child;
  std::uint64_t incarnation;
};

} // namespace
} // namespace baseplate::supervision

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(baseplate::supervision::restart_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(baseplate::supervision::deadline_passed)

namespace baseplate::supervision {

namespace {

/// Who may wait for the start of one supervisor.
constexpr std::size_t start_checks_max = 64;

std::function<double()> default_random() {
  auto engine = std::make_shared<std::mt19937_64>(std::random_device{}());
  return [engine] { return std::uniform_real_distribution<double>{0.0, 1.0}(*engine); };
}

void check_specs(const std::vector<child_spec>& specs) {
  std::set<std::string> ids;
  for (const auto& x : specs) {
    if (x.id.empty() || !x.start)
      throw std::invalid_argument("child spec without an id or a start function: id=" + x.id);
    if (!ids.insert(x.id).second)
      throw std::invalid_argument("two child specs have the same id: id=" + x.id);
  }
}

class supervisor final : public caf::event_based_actor {
 public:
  supervisor(caf::actor_config& config, supervisor_options options, std::vector<child_spec> specs)
      : caf::event_based_actor(config), options_(std::move(options)) {
    log_ = spdlog::get("supervision");
    if (!log_)
      log_ = spdlog::default_logger();
    if (!options_.random)
      options_.random = default_random();
    restarts_.policy = options_.policy;
    for (auto& x : specs) {
      restarts_.children.push_back({.restart = x.restart});
      supervised_child child{.spec = std::move(x)};
      if (!child.spec.address) {
        child.owns_address = true;
        child.spec.address = make_slot(
            system(), {options_.path + "/" + child.spec.id, options_.parked_messages_max});
      }
      child.start_wanted = child.due = true;
      children_.push_back(std::move(child));
    }
  }

  const char* name() const override { return "supervisor"; }

  caf::behavior make_behavior() override {
    install_default_handlers(this);
    set_down_handler([this](caf::down_msg& x) { on_down(x); });
    set_exit_handler([this](caf::exit_msg& x) {
      if (x.reason) {
        stop_all(std::move(x.reason));
        pump();
      }
    });
    // Not now: a start that fails may end this actor, which make_behavior() must not.
    send(this, restart_due{0});
    return {
        [this](start_check) { return on_start_check(); },
        [this](get_children) { return status(); },
        [this](child_started) { on_child_started(); },
        [this](const restart_due& x) { on_restart_due(x); },
        [this](const deadline_passed& x) { on_deadline(x); },
    };
  }

  /// After an orderly stop no child is left. After a kill or a bug some are: they must not outlive
  /// their supervisor.
  void on_exit() override {
    for (auto& child : children_) {
      if (child.current)
        send_kill(child);
      auto& address = slot_of(child.spec.address);
      if (child.owns_address)
        address.close(make_error(supervision_error::child_ended));
      else if (child.start_wanted || child.current)
        address.park();
    }
    children_.clear();
    start_checks_.clear();
  }

 private:
  enum class phase : std::uint8_t { starting, running, stopping };

  // -- what to do next ------------------------------------------------------------

  /// Takes the next steps that are possible now: stops first, then starts.
  void pump() {
    if (pump_stops())
      return;
    if (phase_ == phase::stopping) {
      if (std::none_of(children_.begin(), children_.end(), [](auto& x) { return !!x.current; }))
        quit(stop_reason_);
      return;
    }
    pump_starts();
    if (phase_ == phase::starting && all_ready()) {
      phase_ = phase::running;
      for (auto& x : start_checks_)
        x.deliver(child_started{});
      start_checks_.clear();
    }
  }

  /// Stops the last child that is to be stopped. True: wait for it.
  bool pump_stops() {
    for (auto i = children_.size(); i-- > 0;) {
      auto& child = children_[i];
      if (!child.stop_wanted || !child.current)
        continue;
      if (child.state != child_state::stopping)
        request_stop(i);
      return true;
    }
    return false;
  }

  void pump_starts() {
    const bool ordered
        = phase_ == phase::starting || restarts_.policy.strategy != restart_strategy::one_for_one;
    for (std::size_t i = 0; i < children_.size(); ++i) {
      auto& child = children_[i];
      if (child.start_wanted && child.due && !child.current) {
        start(i);
        // A failed start may have changed the plan: another call will follow it.
        if (phase_ == phase::stopping || child.start_wanted)
          return pump();
      }
      const bool ready = child.state == child_state::running;
      if (ordered && !ready && (child.current || child.start_wanted))
        return;
    }
  }

  bool all_ready() const {
    return std::none_of(children_.begin(), children_.end(), [](const auto& x) {
      return x.start_wanted || x.state == child_state::starting;
    });
  }

  // -- starting -------------------------------------------------------------------

  void start(std::size_t i) {
    auto& child = children_[i];
    BASEPLATE_ASSERT(!child.current);
    child.start_wanted = child.due = false;
    child.verdict = {};
    child.kill_sent = false;
    ++child.incarnation;
    caf::error failure;
    try {
      child.current = child.spec.start(system());
      if (!child.current)
        failure = crash_reason("the start function returned no actor");
    } catch (...) {
      failure = crash_reason(std::current_exception());
    }
    if (failure)
      return on_start_failed(i, failure);
    restarts_.children[i].live = true;
    monitor(child.current);
    if (!child.spec.awaits_start)
      return on_ready(i);
    child.state = child_state::starting;
    send(child.current, start_check{});
    set_deadline(deadline::start, i, child.spec.start_timeout);
  }

  void on_child_started() {
    const auto from = caf::actor_cast<caf::actor_addr>(current_sender());
    for (std::size_t i = 0; i < children_.size(); ++i) {
      auto& child = children_[i];
      if (!child.current || child.current.address() != from)
        continue;
      if (child.state == child_state::starting) {
        on_ready(i);
        pump();
      }
      return;
    }
  }

  void on_ready(std::size_t i) {
    auto& child = children_[i];
    child.state = child_state::running;
    child.ready_since = clock().now();
    slot_of(child.spec.address).bind(child.current);
    if (!child.was_ready) {
      child.was_ready = true;
      log_->info("supervisor started child: path={} child={}", options_.path, child.spec.id);
      return report(child, supervision_event::started, {});
    }
    ++child.restarts;
    log_->warn("supervisor restarted child: path={} child={} reason=\"{}\" restarts={} window={} "
               "strategy={} delay_ms={}",
               options_.path, child.spec.id, child.restart_reason, child.restarts,
               child.window_count, to_string(restarts_.policy.strategy), child.restart_delay_ms);
    report(child, supervision_event::restarted, child.restart_reason, child.restart_delay_ms);
  }

  void on_start_failed(std::size_t i, const caf::error& reason) {
    auto& child = children_[i];
    child.state = child_state::stopped;
    child.last_reason = describe(reason, system());
    log_->error("supervisor failed to start child: path={} child={} reason=\"{}\"", options_.path,
                child.spec.id, child.last_reason);
    report(child, supervision_event::failed_start, child.last_reason);
    if (phase_ == phase::starting)
      stop_all(
          make_error(supervision_error::start_failed, child.spec.id + ": " + child.last_reason));
    else
      on_failed(i, exit_kind::abnormal);
  }

  caf::result<child_started> on_start_check() {
    if (phase_ == phase::running)
      return child_started{};
    if (phase_ == phase::stopping)
      return make_error(supervision_error::child_ended);
    if (start_checks_.size() >= start_checks_max)
      return make_error(supervision_error::parking_full);
    auto promise = make_response_promise<child_started>();
    start_checks_.push_back(promise);
    return promise;
  }

  // -- stopping -------------------------------------------------------------------

  /// Plans to stop all children, then this actor; pump() does it. A second call does nothing.
  void stop_all(caf::error reason) {
    if (phase_ == phase::stopping)
      return;
    phase_ = phase::stopping;
    stop_reason_ = std::move(reason);
    log_->info("supervisor stops: path={} reason=\"{}\"", options_.path,
               describe(stop_reason_, system()));
    for (auto& child : children_) {
      child.start_wanted = child.due = false;
      child.stop_wanted = !!child.current;
      if (!child.current)
        child.state = child_state::stopped;
    }
  }

  void request_stop(std::size_t i) {
    auto& child = children_[i];
    child.state = child_state::stopping;
    if (child.kill_sent)
      return;
    // What comes from now on is for the next incarnation. When all stop there is none, and the
    // child may still need answers to what it asked.
    if (phase_ != phase::stopping)
      slot_of(child.spec.address).park();
    if (child.spec.shutdown_timeout.count() <= 0)
      return kill(i, "its spec allows no orderly stop");
    // At normal priority: what the child has got already is done first.
    send(child.current, caf::exit_msg{address(), caf::exit_reason::user_shutdown});
    set_deadline(deadline::stop, i, child.spec.shutdown_timeout);
  }

  void kill(std::size_t i, const std::string& why) {
    auto& child = children_[i];
    child.kill_sent = true;
    child.state = child_state::stopping;
    log_->warn("supervisor kills child: path={} child={} reason=\"{}\"", options_.path,
               child.spec.id, why);
    report(child, supervision_event::killed, why);
    send_kill(child);
    set_deadline(deadline::kill, i, options_.kill_timeout);
  }

  void send_kill(const supervised_child& child) {
    send<caf::message_priority::high>(child.current,
                                      caf::exit_msg{address(), caf::exit_reason::kill});
  }

  void abandon(std::size_t i) {
    auto& child = children_[i];
    demonitor(child.current);
    child.current = nullptr;
    child.stop_wanted = child.start_wanted = false;
    child.state = child_state::stopped;
    child.last_reason = "did not end though it was killed";
    restarts_.children[i].live = false;
    log_->critical("supervisor abandons child, which does not end though it was killed: path={} "
                   "child={}",
                   options_.path, child.spec.id);
    report(child, supervision_event::abandoned, child.last_reason);
    auto reason = make_error(supervision_error::child_stuck, child.spec.id);
    if (phase_ == phase::stopping)
      stop_reason_ = std::move(reason);
    else
      stop_all(std::move(reason));
    release_address(child);
    pump();
  }

  // -- children that ended ----------------------------------------------------------

  void on_down(const caf::down_msg& x) {
    for (std::size_t i = 0; i < children_.size(); ++i)
      if (children_[i].current && children_[i].current.address() == x.source)
        return on_child_down(i, x.reason);
  }

  void on_child_down(std::size_t i, const caf::error& own_reason) {
    auto& child = children_[i];
    const auto reason = child.verdict ? child.verdict : own_reason;
    const bool ready = child.state == child_state::running;
    child.current = nullptr;
    child.state = child_state::stopped;
    child.last_reason = describe(reason, system());
    restarts_.children[i].live = false;
    if (phase_ == phase::stopping || child.stop_wanted) {
      child.stop_wanted = false;
      if (child.start_wanted) {
        child.state = child_state::restarting;
        slot_of(child.spec.address).park();
      } else {
        release_address(child);
      }
      log_->info("supervisor stopped child: path={} child={} reason=\"{}\"", options_.path,
                 child.spec.id, child.last_reason);
      report(child, supervision_event::stopped, child.last_reason);
    } else if (ready) {
      slot_of(child.spec.address).park();
      on_failed(i, exit_kind_of(reason));
    } else {
      on_start_failed(i, reason ? reason : crash_reason("the child ended before it was started"));
    }
    pump();
  }

  /// A child ended unasked, or could not be started again.
  void on_failed(std::size_t i, exit_kind kind) {
    auto& child = children_[i];
    const auto now = std::chrono::duration_cast<milliseconds>(clock().now().time_since_epoch());
    auto decision = decide(restarts_, i, kind, now, options_.random());
    child.window_count = decision.window_count;
    switch (decision.action) {
    case restart_action::nothing:
      release_address(child);
      log_->info("child ended for good: path={} child={} reason=\"{}\"", options_.path,
                 child.spec.id, child.last_reason);
      return report(child, supervision_event::stopped, child.last_reason);
    case restart_action::restart:
      log_->warn("supervisor lost child: path={} child={} reason=\"{}\" window={} delay_ms={}",
                 options_.path, child.spec.id, child.last_reason, decision.window_count,
                 decision.delay.count());
      report(child, supervision_event::failed, child.last_reason, decision.delay.count());
      return plan_restart(i, decision);
    case restart_action::escalate:
      log_->error("supervisor gives up, too many restarts: path={} child={} reason=\"{}\" "
                  "window={} intensity={} period_ms={}",
                  options_.path, child.spec.id, child.last_reason, decision.window_count,
                  options_.policy.intensity, options_.policy.period.count());
      report(child, supervision_event::escalated, child.last_reason);
      return stop_all(make_error(supervision_error::intensity_exceeded,
                                 child.spec.id + ": " + child.last_reason));
    }
  }

  void plan_restart(std::size_t failed, const restart_decision& decision) {
    const auto number = ++restart_number_;
    for (auto i : decision.stop)
      children_[i].stop_wanted = true;
    for (auto i : decision.start) {
      auto& child = children_[i];
      child.start_wanted = true;
      child.due = false;
      child.restart_number = number;
      child.restart_delay_ms = decision.delay.count();
      child.window_count = decision.window_count;
      child.restart_reason = i == failed ? child.last_reason
                                         : "with " + children_[failed].spec.id + ": "
                                               + children_[failed].last_reason;
      if (!child.current)
        child.state = child_state::restarting;
    }
    if (decision.delay.count() > 0)
      delayed_send(this, decision.delay, restart_due{number});
    else
      send(this, restart_due{number});
  }

  /// There will be no next incarnation, as far as is known.
  void release_address(supervised_child& child) {
    auto& address = slot_of(child.spec.address);
    const bool may_return = child.spec.restart != restart_type::temporary
                            && restarts_.policy.strategy != restart_strategy::one_for_one;
    if (child.owns_address && (phase_ == phase::stopping || !may_return))
      address.close(make_error(supervision_error::child_ended));
    else if (phase_ == phase::stopping)
      address.park();
    else
      address.vacate();
  }

  // -- timers ---------------------------------------------------------------------

  void on_restart_due(const restart_due& x) {
    for (auto& child : children_)
      if (child.start_wanted && child.restart_number == x.number)
        child.due = true;
    pump();
  }

  void set_deadline(deadline what, std::size_t i, milliseconds wait) {
    if (wait != no_deadline)
      delayed_send(this, wait, deadline_passed{what, i, children_[i].incarnation});
  }

  void on_deadline(const deadline_passed& x) {
    auto& child = children_[x.child];
    if (!child.current || child.incarnation != x.incarnation)
      return;
    switch (x.what) {
    case deadline::start:
      if (child.state != child_state::starting)
        return;
      child.verdict = make_error(supervision_error::start_timed_out);
      return kill(x.child, "did not start before its deadline");
    case deadline::stop:
      if (!child.kill_sent)
        kill(x.child, "did not stop before its deadline");
      return;
    case deadline::kill:
      return abandon(x.child);
    }
  }

  // -- telling --------------------------------------------------------------------

  children status() {
    children result;
    result.path = options_.path;
    for (const auto& x : children_) {
      child_status entry;
      entry.id = x.spec.id;
      entry.kind = x.spec.kind;
      entry.state = x.state;
      entry.restarts = x.restarts;
      entry.last_reason = x.last_reason;
      if (x.state == child_state::running)
        entry.uptime_ms
            = std::chrono::duration_cast<milliseconds>(clock().now() - x.ready_since).count();
      entry.address = x.spec.address;
      result.entries.push_back(std::move(entry));
    }
    return result;
  }

  void report(const supervised_child& child, supervision_event event, const std::string& reason,
              std::int64_t delay_ms = 0) {
    if (!options_.report)
      return;
    try {
      options_.report({options_.path, child.spec.id, event, reason, child.restarts,
                       child.window_count, restarts_.policy.strategy, delay_ms, options_.now()});
    } catch (const std::exception& e) {
      log_->error("supervisor's report function threw: path={} what=\"{}\"", options_.path,
                  e.what());
    }
  }

  caf::actor_clock& clock() { return system().clock(); }

  supervisor_options options_;
  std::shared_ptr<spdlog::logger> log_;
  phase phase_ = phase::starting;
  /// In start order; the same indices as restarts_.children.
  std::vector<supervised_child> children_;
  restart_state restarts_;
  /// Of the latest restart; 0 is none.
  std::uint64_t restart_number_ = 0;
  caf::error stop_reason_;
  /// Answered once all children are ready.
  std::vector<caf::typed_response_promise<child_started>> start_checks_;
};

} // namespace

caf::actor spawn_supervisor(caf::actor_system& system, supervisor_options options,
                            std::vector<child_spec> specs) {
  check_specs(specs);
  BASEPLATE_ASSERT(options.now);
  return system.spawn<supervisor>(std::move(options), std::move(specs));
}

child_spec supervisor_child(std::string id, const std::string& parent_path,
                            supervisor_options options, std::vector<child_spec> specs) {
  check_specs(specs);
  options.path = parent_path + "/" + id;
  child_spec result;
  result.id = std::move(id);
  result.start
      = [options = std::move(options), specs = std::move(specs)](caf::actor_system& system) {
          return spawn_supervisor(system, options, specs);
        };
  result.shutdown_timeout = no_deadline;
  result.awaits_start = true;
  result.start_timeout = no_deadline;
  result.kind = child_kind::supervisor;
  return result;
}

} // namespace baseplate::supervision
