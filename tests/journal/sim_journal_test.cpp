#include "actors/journal/sim_journal.hpp"
#include "messages/caf/interfaces/bus.hpp"
#include "tests/journal/core_world.hpp"
#include "tests/support/actor_test.hpp"

namespace baseplate::journal {
namespace {

using namespace std::chrono_literals;
using baseplate::test::probe;

class counting_sink final : public completion_sink {
 public:
  void complete(std::vector<publish_completion> completions) override {
    ++calls;
    for (auto& x : completions)
      all.push_back(std::move(x));
  }

  int calls = 0;
  std::vector<publish_completion> all;
};

class SimJournal : public baseplate::test::actor_test {
 protected:
  using bus_probe = probe<bus_attached, log_appended, control_changed, checkpoint_started>;
  using group_probe
      = probe<subscriber_opened, states_loaded, committed, commit_refused, declared, published,
              publish_refused, log_read, events_read, time_found, dead_letters_listed>;

  void spawn(sim_chooser choose = nullptr) {
    handle_ = spawn_sim_journal(system(), world_.options, world_.device(),
                                std::make_unique<memory_state_store>(world_.rows), wall(),
                                std::move(choose));
    own(handle_.actor);
    drain();
  }

  template <class Answer, class Question>
  Answer ask(group_probe& from, Question question) {
    from.send(handle_.actor, std::move(question));
    drain();
    return from.take_one<Answer>();
  }

  bus_id declare_default(group_probe& from) {
    declare_bus x;
    x.request = 1;
    x.spec.name = "default";
    return ask<declared>(from, x).id;
  }

  subscriber_id declare_named(group_probe& from, const std::string& name) {
    declare_subscriber x;
    x.request = 2;
    x.spec = spec_of(name);
    return ask<declared>(from, x).id;
  }

  void port_publish(std::uint64_t token, bus_id bus, std::size_t count) {
    handle_.port->publish(make_batch(bus, token * 100, count), token, sink_);
  }

  void TearDown() override {
    handle_ = {};
    actor_test::TearDown();
  }

  core_world world_;
  journal_handle handle_;
  std::shared_ptr<counting_sink> sink_ = std::make_shared<counting_sink>();
};

TEST_F(SimJournal, AnswersPublishesWithTheirSequences) {
  spawn();
  group_probe client{world(), "client"};
  auto bus = declare_default(client);
  ASSERT_EQ(bus, 1U);
  port_publish(7, bus, 3);
  port_publish(8, bus, 1);
  drain();
  ASSERT_EQ(sink_->all.size(), 2U);
  EXPECT_EQ(sink_->all[0].token, 7U);
  EXPECT_EQ(sink_->all[0].first, 1U);
  EXPECT_EQ(sink_->all[0].last, 3U);
  EXPECT_EQ(sink_->all[1].first, 4U);
  publish x;
  x.request = 5;
  x.batch = make_batch(bus, 0, 2);
  EXPECT_EQ(ask<published>(client, x).last, 6U);
  x.batch = make_batch(bus + 1, 0, 1);
  EXPECT_EQ(ask<publish_refused>(client, x).error, journal_error::unknown_name);
  EXPECT_TRUE(handle_.port->ready(nullptr));
}

TEST_F(SimJournal, AnswersNothingBeforeTheSync) {
  spawn();
  group_probe client{world(), "client"};
  auto bus = declare_default(client);
  port_publish(1, bus, 1);
  // One message is the publish: appended. The next one is the sync.
  ASSERT_TRUE(world().step());
  EXPECT_TRUE(sink_->all.empty());
  EXPECT_EQ(handle_.stats->appended_events, 1U);
  ASSERT_TRUE(world().step());
  EXPECT_EQ(sink_->all.size(), 1U);
}

TEST_F(SimJournal, TellsTheBusEverythingInOrder) {
  spawn();
  group_probe client{world(), "client"};
  auto bus = declare_default(client);
  port_publish(1, bus, 2);
  drain();
  bus_probe first{world(), "bus"};
  first.send(handle_.actor, attach_bus{});
  drain();
  auto attached = first.take_one<bus_attached>();
  EXPECT_EQ(attached.head, 2U);
  EXPECT_EQ(attached.oldest, 1U);
  ASSERT_EQ(attached.buses.size(), 1U);
  EXPECT_EQ(attached.buses[0].accepted, 2U);
  // Events, a declaration, events: all at once, told one after the other.
  port_publish(2, bus, 1);
  declare_subscriber x;
  x.spec = spec_of("late");
  client.send(handle_.actor, x);
  port_publish(3, bus, 1);
  drain();
  ASSERT_EQ(first.messages().size(), 3U);
  auto appended = std::get<log_appended>(first.messages()[0]);
  EXPECT_EQ(appended.chunk->last_sequence(), 3U);
  EXPECT_EQ(appended.durable, 3U);
  auto changed = std::get<control_changed>(first.messages()[1]);
  EXPECT_EQ(changed.after, 3U);
  ASSERT_EQ(changed.subscribers.size(), 1U);
  EXPECT_EQ(changed.subscribers[0].cursor, 3U);
  EXPECT_EQ(std::get<log_appended>(first.messages()[2]).durable, 4U);
  // Only the latest bus is told.
  bus_probe second{world(), "second bus"};
  second.send(handle_.actor, attach_bus{});
  drain();
  EXPECT_EQ(second.take_one<bus_attached>().head, 4U);
  port_publish(4, bus, 1);
  drain();
  EXPECT_EQ(first.messages().size(), 3U);
  EXPECT_EQ(second.messages().size(), 1U);
}

TEST_F(SimJournal, OpensLoadsAndCommits) {
  spawn([](sim_choice) { return false; }); // applies only when a read asks for it
  group_probe group{world(), "group"};
  auto bus = declare_default(group);
  auto id = declare_named(group, "group");
  port_publish(1, bus, 5);
  drain();
  auto at = ask<subscriber_opened>(group, open_subscriber{id});
  EXPECT_EQ(at.cursor, 0U);
  auto x = make_commit(id, at.epoch, 0, 3);
  x.states = {{"a", "1"}};
  EXPECT_EQ(ask<committed>(group, x).cursor, 3U);
  load_states question;
  question.subscriber = id;
  question.epoch = at.epoch;
  question.request = 9;
  question.keys = {"a", "b"};
  auto loaded = ask<states_loaded>(group, question);
  EXPECT_EQ(loaded.request, 9U);
  EXPECT_EQ(loaded.states.at(0).value, "1");
  EXPECT_EQ(loaded.states.at(1).value, std::nullopt);
  auto second = ask<subscriber_opened>(group, open_subscriber{id});
  EXPECT_GT(second.epoch, at.epoch);
  EXPECT_EQ(second.cursor, 3U);
  EXPECT_EQ(ask<commit_refused>(group, make_commit(id, at.epoch, 3, 4)).error,
            journal_error::stale_epoch);
  EXPECT_EQ(ask<commit_refused>(group, open_subscriber{99}).error, journal_error::unknown_name);
}

TEST_F(SimJournal, AnswersQuestions) {
  spawn();
  group_probe client{world(), "client"};
  auto bus = declare_default(client);
  auto id = declare_named(client, "group");
  port_publish(1, bus, 5);
  drain();
  auto read = ask<log_read>(client, read_log{3, 2, 4096});
  EXPECT_EQ(read.request, 3U);
  EXPECT_EQ(read.chunk->events().size(), 4U);
  auto events = ask<events_read>(client, read_events{4, id, {2, 9}});
  EXPECT_EQ(events.chunk->events().size(), 1U);
  EXPECT_EQ(events.missing.size(), 1U);
  EXPECT_EQ(ask<time_found>(client, find_time{5, 0}).sequence, 1U);
  EXPECT_TRUE(ask<dead_letters_listed>(client, list_dead_letters{6, id, 0, 10}).letters.empty());
}

TEST_F(SimJournal, RefusesPublishesOnAFullDiskAndLetsCommitsWait) {
  spawn();
  group_probe group{world(), "group"};
  auto bus = declare_default(group);
  auto id = declare_named(group, "group");
  port_publish(1, bus, 5);
  drain();
  auto epoch = ask<subscriber_opened>(group, open_subscriber{id}).epoch;
  sink_->all.clear();
  world_.faults->set_full(true);
  port_publish(2, bus, 1);
  group.send(handle_.actor, make_commit(id, epoch, 0, 2));
  group.send(handle_.actor, make_commit(id, epoch, 2, 4));
  drain();
  ASSERT_EQ(sink_->all.size(), 1U);
  EXPECT_EQ(sink_->all[0].error, journal_error::storage_full);
  EXPECT_NE(sink_->all[0].reason.find("disk is full"), std::string::npos);
  EXPECT_TRUE(group.empty()) << "commits wait";
  std::string reason;
  EXPECT_FALSE(handle_.port->ready(&reason));
  EXPECT_NE(reason, "");
  // Reads go on.
  EXPECT_EQ(ask<log_read>(group, read_log{3, 1, 4096}).chunk->events().size(), 5U);
  advance(2s);
  EXPECT_TRUE(group.empty());
  world_.faults->set_full(false);
  advance(500ms);
  ASSERT_EQ(group.messages().size(), 2U);
  EXPECT_EQ(std::get<committed>(group.messages()[1]).cursor, 4U);
  EXPECT_TRUE(handle_.port->ready(nullptr));
  port_publish(3, bus, 1);
  drain();
  EXPECT_EQ(sink_->all.back().error, journal_error::none);
}

TEST_F(SimJournal, TakesPublishesAgainWhenThereIsSpaceAndNothingWaited) {
  spawn();
  group_probe client{world(), "client"};
  auto bus = declare_default(client);
  world_.faults->set_full(true);
  port_publish(1, bus, 1);
  drain();
  EXPECT_EQ(sink_->all.back().error, journal_error::storage_full);
  world_.faults->set_full(false);
  advance(500ms);
  port_publish(2, bus, 1);
  drain();
  EXPECT_EQ(sink_->all.back().error, journal_error::none);
  EXPECT_EQ(sink_->all.back().first, 1U);
}

TEST_F(SimJournal, StopsForGoodAfterAFailedSync) {
  spawn();
  group_probe group{world(), "group"};
  auto bus = declare_default(group);
  auto id = declare_named(group, "group");
  auto epoch = ask<subscriber_opened>(group, open_subscriber{id}).epoch;
  world_.faults->arm(fault_script::fault::failed_sync);
  port_publish(1, bus, 1);
  drain();
  ASSERT_EQ(sink_->all.size(), 1U);
  EXPECT_EQ(sink_->all[0].error, journal_error::storage_failed);
  port_publish(2, bus, 1);
  drain();
  EXPECT_EQ(sink_->all.back().error, journal_error::storage_failed);
  EXPECT_EQ(ask<commit_refused>(group, make_commit(id, epoch, 0, 0)).error,
            journal_error::storage_failed);
  declare_bus x;
  x.spec.name = "other";
  EXPECT_EQ(ask<declared>(group, x).error, journal_error::storage_failed);
  std::string reason;
  EXPECT_FALSE(handle_.port->ready(&reason));
  EXPECT_NE(reason.find("sync failed"), std::string::npos);
  EXPECT_EQ(handle_.stats->storage_state, 2U);
}

TEST_F(SimJournal, RefusesWhatIsMoreThanItsMailboxHolds) {
  world_.options.mailbox_bytes_max = 1000;
  spawn();
  group_probe client{world(), "client"};
  auto bus = declare_default(client);
  handle_.port->publish(make_batch(bus, 0, 1, 0, 2000), 1, sink_);
  drain();
  ASSERT_EQ(sink_->all.size(), 1U);
  EXPECT_EQ(sink_->all[0].error, journal_error::overloaded);
}

TEST_F(SimJournal, CompletesARefusalThoughNothingIsWritten) {
  spawn();
  port_publish(1, 5, 1); // no such bus
  drain();
  ASSERT_EQ(sink_->all.size(), 1U);
  EXPECT_EQ(sink_->all[0].error, journal_error::unknown_name);
}

TEST_F(SimJournal, MakesACheckpointWhenTheIntervalIsOverAndTellsTheBus) {
  spawn();
  group_probe client{world(), "client"};
  auto bus = declare_default(client);
  bus_probe told{world(), "bus"};
  told.send(handle_.actor, attach_bus{});
  port_publish(1, bus, 1);
  drain();
  EXPECT_EQ(handle_.stats->checkpoints, 0U);
  advance(30s);
  EXPECT_EQ(handle_.stats->checkpoints, 1U);
  EXPECT_TRUE(std::holds_alternative<checkpoint_started>(told.messages().back()));
  advance(300s);
  EXPECT_EQ(handle_.stats->checkpoints, 1U) << "nothing to keep, no checkpoint";
}

TEST_F(SimJournal, SavesEverythingWhenItIsStopped) {
  spawn([](sim_choice) { return false; });
  group_probe client{world(), "client"};
  auto bus = declare_default(client);
  port_publish(1, bus, 3);
  drain();
  auto actor = handle_.actor;
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  drain();
  EXPECT_TRUE(ended(actor));
  port_publish(2, bus, 1);
  EXPECT_EQ(sink_->all.back().error, journal_error::stopping);
  EXPECT_FALSE(handle_.port->ready(nullptr));
  spawn();
  EXPECT_EQ(handle_.stats->checkpointed_lsn, handle_.stats->durable_lsn);
  EXPECT_EQ(handle_.stats->head_sequence, 3U);
}

TEST_F(SimJournal, LosesOnlyWhatWasNotSyncedWhenItIsKilled) {
  spawn();
  group_probe client{world(), "client"};
  auto bus = declare_default(client);
  port_publish(1, bus, 3);
  drain();
  port_publish(2, bus, 1);
  ASSERT_TRUE(world().step()); // appended, not synced
  kill(handle_.actor);
  drain();
  world_.disk->crash([](std::uint64_t) { return 0; });
  spawn();
  EXPECT_EQ(handle_.stats->head_sequence, 3U);
  EXPECT_EQ(sink_->all.size(), 1U);
}

} // namespace
} // namespace baseplate::journal
