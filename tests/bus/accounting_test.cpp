// The bus, a group-like reader and a target over the real journal core, in an order drawn from a
// seed, with crashes of each and of the node: nothing is lost, and every event is accounted for.

#include "actors/bus/bus.hpp"
#include "actors/bus/target_subscriber.hpp"
#include "actors/journal/memory_log_device.hpp"
#include "actors/journal/memory_state_store.hpp"
#include "actors/journal/sim_journal.hpp"
#include "actors/supervision/handlers.hpp"
#include "tests/support/probe.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace baseplate::bus {
namespace {

using namespace std::chrono_literals;
using test::probe;
using test::virtual_world;

/// What survives everything: the disk, and what the outside saw.
struct outside {
  std::shared_ptr<journal::memory_disk> disk = std::make_shared<journal::memory_disk>();
  std::shared_ptr<journal::memory_rows> rows = std::make_shared<journal::memory_rows>();
  /// Event numbers that clients were told are durable.
  std::set<std::uint64_t> published;
  std::uint64_t last_number = 0;
  std::set<sequence_number> delivered;
  std::map<sequence_number, std::uint64_t> rejected;
  /// By subscriber: what a durable commit of the reader covered.
  std::uint64_t read = 0;
};

/// A group without steps: commits each portion.
caf::behavior reader(caf::event_based_actor* self, subscriber_id id, journal_actor journal,
                     bus_actor bus) {
  supervision::install_default_handlers(self);

  struct state {
    std::uint64_t epoch = 0;
    sequence_number cursor = 0;
    sequence_number last = 0;
    subscriber_counters counters;
    std::deque<std::pair<subscriber_counters, std::uint32_t>> sent;
  };

  auto x = std::make_shared<state>();
  self->send(journal, open_subscriber{id});
  return {
      [=](const subscriber_opened& opened) {
        x->epoch = opened.epoch;
        x->cursor = x->last = opened.cursor;
        x->counters = opened.counters;
        self->send(bus, subscriber_progress{id, x->epoch, x->cursor, x->counters});
        self->send(bus, subscribe{id, x->epoch, x->cursor, 20, false, 0});
      },
      [=](const portion& p) {
        if (p.epoch != x->epoch)
          return;
        for (const auto i : p.events)
          if (p.chunk->events()[i].sequence > x->last) {
            x->last = p.chunk->events()[i].sequence;
            ++x->counters.delivered;
          }
        x->counters.expired += p.expired;
        x->last = std::max(x->last, p.to);
        commit c;
        c.subscriber = id;
        c.epoch = x->epoch;
        c.cursor_before = x->cursor;
        c.cursor = x->cursor = x->last;
        c.counters = x->counters;
        x->sent.emplace_back(x->counters, static_cast<std::uint32_t>(p.events.size()));
        self->send(journal, std::move(c));
      },
      [=](const committed& c) {
        if (c.epoch != x->epoch || x->sent.empty())
          return;
        const auto [counters, n] = x->sent.front();
        x->sent.pop_front();
        self->send(bus, subscriber_progress{id, x->epoch, c.cursor, counters});
        if (n > 0)
          self->send(bus, demand{id, x->epoch, n});
      },
      [=](const commit_refused&) { self->quit(caf::exit_reason::user_shutdown); },
  };
}

class node {
 public:
  using client_probe = probe<declared, published, publish_refused, bus_status, pause_set>;

  node(outside& out, std::uint64_t seed) : out_(out), client_(world_, "client") {
    world_.shuffle(seed);
    auto options = journal::journal_options{};
    auto& random = world_.random();
    journal_ = journal::spawn_sim_journal(
        world_.system(), options, std::make_unique<journal::memory_log_device>(out.disk),
        std::make_unique<journal::memory_state_store>(out.rows), world_.wall(),
        [&random](journal::sim_choice what) {
          return random() % 100 < (what == journal::sim_choice::apply ? 50u : 4u);
        });
    world_.own(journal_.actor);
    transport_ = world_.spawn_fun([this](caf::event_based_actor* self) -> caf::behavior {
      supervision::install_default_handlers(self);
      return {[this, self](const attempt& x) {
        attempt_result result;
        result.subscriber = x.subscriber;
        result.epoch = x.epoch;
        result.sequence = x.sequence;
        const auto draw = world_.random()() % 10;
        if (x.sequence % 17 == 0) {
          result.outcome = attempt_outcome::rejected;
          ++out_.rejected[x.sequence];
        } else if (draw < 2 && !calm_) {
          result.outcome = attempt_outcome::retry;
        } else {
          result.outcome = attempt_outcome::delivered;
          out_.delivered.insert(x.sequence);
        }
        self->send(caf::actor_cast<caf::actor>(self->current_sender()), result);
      }};
    });
    declare();
    start_bus();
  }

  virtual_world& world() { return world_; }

  void calm() { calm_ = true; }

  void publish_some() {
    publish x;
    x.request = ++request_;
    x.batch.ingested_at_ms = world_.now_ms();
    for (auto n = 1 + world_.random()() % 5; n > 0; --n) {
      const auto text = R"({"source":")" + std::string(out_.last_number % 3 == 0 ? "web" : "shop")
                        + R"(","key":)" + std::to_string(out_.last_number % 4) + R"(,"n":)"
                        + std::to_string(out_.last_number + 1) + "}";
      ++out_.last_number;
      waiting_[x.request].push_back(out_.last_number);
      x.batch.events.push_back({bus_id_, static_cast<std::uint32_t>(text.size())});
      x.batch.bytes += text;
    }
    client_.send(journal_.actor, std::move(x));
  }

  /// Notes what clients were told.
  void take_answers() {
    for (const auto& x : client_.take<published>())
      out_.published.insert(waiting_[x.request].begin(), waiting_[x.request].end());
  }

  // As a supervisor does, each of these waits for the end of the old one before it starts the next.

  void kill_target() {
    end(target_);
    start_target();
  }

  void kill_reader() {
    end(reader_);
    start_reader();
  }

  void kill_bus() {
    end(reader_);
    end(target_);
    end(bus_);
    start_bus();
  }

  void pause(bool paused) { client_.send(bus_, set_paused{1, "target", paused}); }

  bus_status status() {
    client_.send(bus_, get_bus_status{});
    while (client_.count<bus_status>() == 0 && world_.step_or_fire()) {
    }
    auto all = client_.take<bus_status>();
    EXPECT_FALSE(all.empty());
    return all.empty() ? bus_status{} : all.back();
  }

  void crash() {
    bus_ = bus_actor{};
    target_ = reader_ = transport_ = nullptr;
    journal_ = {};
    world_.end_owned();
  }

 private:
  template <class Handle>
  void end(const Handle& x) {
    world_.kill(x);
    while (!virtual_world::ended(x) && world_.step()) {
    }
  }

  void declare() {
    const auto ask = [&](auto question) {
      client_.send(journal_.actor, question);
      while (client_.count<declared>() == 0 && world_.step()) {
      }
      const auto answer = client_.take_one<declared>();
      EXPECT_EQ(answer.error, journal_error::none) << answer.reason;
      return answer.id;
    };
    declare_bus bus;
    bus.spec.name = "default";
    bus_id_ = ask(bus);
    declare_subscriber x;
    x.spec.name = "reader";
    x.spec.start = start_position::oldest;
    x.spec.pattern = R"({"source":["shop"]})";
    reader_id_ = ask(x);
    x.spec.name = "target";
    x.spec.target = target_kind::http;
    x.spec.pattern = "";
    x.spec.ordering_key = "/key";
    x.spec.credit_events = 16;
    target_spec_ = x.spec;
    target_id_ = ask(x);
  }

  void start_bus() {
    bus_options options;
    options.dispatch.ring_bytes_max = 300 + world_.random()() % 3000;
    options.dispatch.read_bytes_min = 100;
    options.dispatch.read_bytes_max = 1000;
    options.dispatch.tally_events = 1 + world_.random()() % 50;
    options.dispatch.idle_distance_events = 1 + world_.random()() % 50;
    bus_ = world_.own(spawn_bus(world_.system(), options, journal_.actor));
    start_target();
    start_reader();
  }

  void start_target() {
    target_parts parts;
    parts.subscriber.id = target_id_;
    parts.subscriber.spec = target_spec_;
    parts.journal = journal_.actor;
    parts.bus = bus_;
    parts.transport = caf::actor_cast<transport_actor>(transport_);
    parts.now = world_.wall();
    parts.seed = world_.random()();
    parts.options.ack_completions = 1 + world_.random()() % 8;
    parts.options.in_flight_max = 1 + world_.random()() % 8;
    target_ = world_.own(spawn_target_subscriber(world_.system(), std::move(parts)));
  }

  void start_reader() {
    reader_ = world_.spawn_fun(
        [id = reader_id_, journal = journal_.actor, bus = bus_](caf::event_based_actor* self) {
          return reader(self, id, journal, bus);
        });
  }

  outside& out_;
  virtual_world world_;
  client_probe client_;
  journal::journal_handle journal_;
  caf::actor transport_;
  bus_actor bus_;
  caf::actor target_;
  caf::actor reader_;
  bus_id bus_id_ = 0;
  subscriber_id reader_id_ = 0;
  subscriber_id target_id_ = 0;
  subscriber_spec target_spec_;
  bool calm_ = false;
  std::uint64_t request_ = 0;
  std::map<std::uint64_t, std::vector<std::uint64_t>> waiting_;
};

void check_identity(const bus_status& x, std::uint64_t seed) {
  for (const auto& s : x.subscribers)
    EXPECT_EQ(s.matched, s.delivered + s.dead_lettered + s.expired + s.pending)
        << "seed " << seed << ' ' << s.name << " delivered=" << s.delivered
        << " dead=" << s.dead_lettered << " expired=" << s.expired << " pending=" << s.pending
        << " position=" << s.position << " head=" << x.head;
}

class Accounting : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Accounting, HoldsThroughCrashesOfEveryPartAndOfTheNode) {
  const auto seed = GetParam();
  outside out;
  std::mt19937_64 faults(seed * 7919);
  for (int life = 0; life < 3; ++life) {
    node n(out, seed * 31 + static_cast<std::uint64_t>(life));
    for (int i = 0; i < 1500; ++i) {
      if (faults() % 12 == 0)
        n.publish_some();
      n.world().step_or_fire();
      n.take_answers();
      switch (faults() % 400) {
      case 0:
        n.kill_target();
        break;
      case 1:
        n.kill_reader();
        break;
      case 2:
        n.kill_bus();
        break;
      case 3:
        n.pause(true);
        break;
      case 4:
      case 5:
        n.pause(false);
        break;
      default:
        break;
      }
    }
    if (life < 2) {
      n.crash();
      out.disk->crash([&](std::uint64_t below) { return faults() % below; });
      continue;
    }
    n.pause(false);
    n.calm();
    n.world().advance(20min);
    n.take_answers();
    const auto x = n.status();
    check_identity(x, seed);
    ASSERT_EQ(x.subscribers.size(), 2u);
    ASSERT_EQ(x.buses.size(), 1u);
    const auto& read = x.subscribers[0];
    const auto& target = x.subscribers[1];
    EXPECT_EQ(read.pending, 0u) << "seed " << seed;
    EXPECT_EQ(target.pending, 0u) << "seed " << seed;
    EXPECT_EQ(target.matched, x.head) << "seed " << seed;
    EXPECT_EQ(x.buses[0].accepted, x.head) << "seed " << seed;
    EXPECT_EQ(x.buses[0].matched_none, 0u);
    EXPECT_GE(x.head, out.published.size());
    EXPECT_EQ(target.dead_lettered, x.head / 17) << "seed " << seed;
    for (sequence_number s = 1; s <= x.head; ++s) {
      if (s % 17 != 0) {
        ASSERT_TRUE(out.delivered.contains(s)) << "seed " << seed << " lost " << s;
      }
    }
    n.crash();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Accounting, ::testing::Range<std::uint64_t>(1, 41));

} // namespace
} // namespace baseplate::bus
