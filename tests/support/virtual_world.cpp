#include "tests/support/virtual_world.hpp"

#include "actors/supervision/errors.hpp"
#include "messages/caf/type_ids.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace baseplate::test {

virtual_config::virtual_config() {
  set("scheduler.policy", caf::atom("testing"));
  set("logger.inline-output", true);
  baseplate::add_message_types(*this);
  add_error_category(supervision::supervision_error_category,
                     supervision::render_supervision_error);
}

namespace {

/// Tests provoke errors by the hundred; BASEPLATE_TEST_LOG=debug (or another level) shows the log.
void set_log_level() {
  const char* level = std::getenv("BASEPLATE_TEST_LOG");
  spdlog::set_level(level ? spdlog::level::from_str(level) : spdlog::level::off);
}

} // namespace

virtual_world::virtual_world()
    : system_(config_),
      scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {
  set_log_level();
  system_.await_actors_before_shutdown(false);
  // The clock's zero means "no timeout" in places.
  scheduler_.clock().current_time += std::chrono::hours{1};
  start_ = scheduler_.clock().now();
}

virtual_world::~virtual_world() {
  end_owned();
}

void virtual_world::shuffle(std::uint64_t seed) {
  random_.emplace(seed);
}

bool virtual_world::step() {
  auto& jobs = scheduler_.jobs;
  if (jobs.empty())
    return false;
  if (random_) {
    const auto index
        = std::uniform_int_distribution<std::ptrdiff_t>{0, std::ssize(jobs) - 1}(*random_);
    std::rotate(jobs.begin(), jobs.begin() + index, jobs.begin() + index + 1);
  }
  auto* job = jobs.front();
  scheduler_.try_run_once();
  // CAF puts an actor that has more to do back in front; a turn each is fairer, and nobody starves.
  if (!random_ && jobs.size() > 1 && jobs.front() == job)
    std::rotate(jobs.begin(), jobs.begin() + 1, jobs.end());
  return true;
}

std::size_t virtual_world::drain() {
  std::size_t count = 0;
  while (step())
    if (++count >= events_per_drain_max)
      throw std::runtime_error("virtual_world: the actors never come to rest");
  return count;
}

void virtual_world::advance(std::chrono::nanoseconds span) {
  auto& clock = scheduler_.clock();
  const auto target = clock.now() + span;
  for (std::size_t rounds = 0;; ++rounds) {
    drain();
    if (rounds >= events_per_drain_max)
      throw std::runtime_error("virtual_world: a timer is set again without an end");
    const auto& schedule = clock.schedule();
    if (schedule.empty() || schedule.begin()->first > target)
      break;
    const auto wait = schedule.begin()->first - clock.now();
    clock.advance_time(std::max(wait, caf::actor_clock::duration_type::zero()));
  }
  clock.advance_time(target - clock.now());
  drain();
}

bool virtual_world::step_or_fire() {
  return step() || scheduler_.trigger_timeout();
}

std::chrono::milliseconds virtual_world::elapsed() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(scheduler_.clock().now() - start_);
}

void virtual_world::kill_now(const caf::strong_actor_ptr& x) {
  caf::anon_send<caf::message_priority::high>(
      caf::actor_cast<caf::actor>(x),
      caf::exit_msg{caf::actor_cast<caf::actor_addr>(x), caf::exit_reason::kill});
}

void virtual_world::end_owned() {
  for (const auto& x : owned_)
    kill_now(x);
  owned_.clear();
  // Dying actors may set timers: a bounded number of rounds, then the rest is dropped.
  for (int round = 0; round < 16; ++round) {
    scheduler_.clock().cancel_all();
    scheduler_.run(events_per_drain_max);
    if (scheduler_.clock().schedule().empty())
      return;
  }
}

} // namespace baseplate::test
