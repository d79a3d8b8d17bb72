// The journal on its own threads, with real files, real RocksDB and a real actor system.
#include "actors/journal/file_log_device.hpp"
#include "actors/journal/journal.hpp"
#include "actors/journal/rocksdb_state_store.hpp"
#include "messages/caf/interfaces/bus.hpp"
#include "tests/journal/core_world.hpp"

#include <caf/all.hpp>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <unistd.h>

namespace baseplate::journal {
namespace {

using namespace std::chrono_literals;

constexpr auto deadline = 20s;

/// Collects completions; a test waits for a number of them.
class waiting_sink final : public completion_sink {
 public:
  void complete(std::vector<publish_completion> completions) override {
    {
      std::lock_guard guard{mutex_};
      ++calls_;
      for (auto& x : completions)
        all_.push_back(std::move(x));
    }
    changed_.notify_all();
  }

  std::vector<publish_completion> wait_for(std::size_t count) {
    std::unique_lock guard{mutex_};
    EXPECT_TRUE(changed_.wait_for(guard, deadline, [&] { return all_.size() >= count; }));
    return all_;
  }

  std::size_t calls() {
    std::lock_guard guard{mutex_};
    return calls_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<publish_completion> all_;
  std::size_t calls_ = 0;
};

struct threads_config : caf::actor_system_config {
  threads_config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{2});
  }
};

unix_ms real_clock() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class Journal : public ::testing::Test {
 protected:
  Journal() {
    std::string pattern = (std::filesystem::temp_directory_path() / "node-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }

  ~Journal() override {
    if (handle_.actor)
      stop();
    std::filesystem::remove_all(path_);
  }

  void start() {
    auto device = std::make_unique<file_log_device>(path_);
    handle_ = spawn_journal(system_, options_, std::move(device),
                            open_rocksdb_state_store(path_ / "state"), real_clock);
  }

  /// As its supervisor does. Returns the reason that monitors see.
  caf::error stop() {
    caf::scoped_actor self{system_};
    self->monitor(handle_.actor);
    caf::anon_send_exit(handle_.actor, caf::exit_reason::user_shutdown);
    handle_.actor = nullptr;
    caf::error reason;
    auto seen = false;
    self->receive(
        [&](const caf::down_msg& x) {
          reason = x.reason;
          seen = true;
        },
        caf::after(deadline) >> [] {});
    EXPECT_TRUE(seen) << "the journal did not stop";
    return reason;
  }

  template <class Answer, class Question>
  Answer ask(caf::scoped_actor& self, Question question) {
    self->send(caf::actor_cast<caf::actor>(handle_.actor), std::move(question));
    Answer answer{};
    auto seen = false;
    self->receive(
        [&](Answer& x) {
          answer = std::move(x);
          seen = true;
        },
        caf::after(deadline) >> [] {});
    EXPECT_TRUE(seen) << "no answer";
    return answer;
  }

  bus_id declare_default(caf::scoped_actor& self) {
    declare_bus x;
    x.spec.name = "default";
    return ask<declared>(self, x).id;
  }

  subscriber_id declare_named(caf::scoped_actor& self, const std::string& name) {
    declare_subscriber x;
    x.spec = spec_of(name);
    return ask<declared>(self, x).id;
  }

  std::filesystem::path path_;
  threads_config config_;
  caf::actor_system system_{config_};
  journal_options options_;
  journal_handle handle_;
  std::shared_ptr<waiting_sink> sink_ = std::make_shared<waiting_sink>();
};

TEST_F(Journal, KeepsWhatItAcknowledgedOverARestart) {
  start();
  bus_id bus = 0;
  subscriber_id id = 0;
  {
    caf::scoped_actor self{system_};
    bus = declare_default(self);
    id = declare_named(self, "group");
    handle_.port->publish(make_batch(bus, 0, 10), 1, sink_);
    EXPECT_EQ(sink_->wait_for(1).at(0).last, 10U);
    auto at = ask<subscriber_opened>(self, open_subscriber{id});
    auto x = make_commit(id, at.epoch, 0, 7);
    x.states = {{"key", "value"}};
    EXPECT_EQ(ask<committed>(self, x).cursor, 7U);
  }
  EXPECT_EQ(stop(), caf::exit_reason::user_shutdown);
  start();
  EXPECT_EQ(handle_.stats->checkpointed_lsn, handle_.stats->durable_lsn);
  caf::scoped_actor self{system_};
  auto at = ask<subscriber_opened>(self, open_subscriber{id});
  EXPECT_EQ(at.cursor, 7U);
  load_states question;
  question.subscriber = id;
  question.keys = {"key"};
  EXPECT_EQ(ask<states_loaded>(self, question).states.at(0).value, "value");
  EXPECT_EQ(ask<log_read>(self, read_log{0, 1, 4096}).chunk->events().size(), 10U);
}

TEST_F(Journal, TellsTheBusOfEachGroupCommitAndItsSinkOnce) {
  start();
  caf::scoped_actor self{system_};
  auto bus = declare_default(self);
  EXPECT_EQ(ask<bus_attached>(self, attach_bus{}).head, 0U);
  constexpr std::uint64_t requests = 500;
  for (std::uint64_t i = 0; i < requests; ++i)
    handle_.port->publish(make_batch(bus, i * 10, 10, 0, 100), i, sink_);
  auto all = sink_->wait_for(requests);
  sequence_number next = 1;
  for (std::uint64_t i = 0; i < requests; ++i) {
    ASSERT_EQ(all[i].token, i);
    ASSERT_EQ(all[i].first, next);
    next = all[i].last + 1;
  }
  EXPECT_LT(sink_->calls(), requests) << "requests that wait share a group commit and a wake-up";
  sequence_number told = 0;
  while (told < requests * 10) {
    auto seen = false;
    self->receive(
        [&](const log_appended& x) {
          EXPECT_EQ(x.chunk->first_sequence(), told + 1);
          EXPECT_EQ(x.durable, x.chunk->last_sequence());
          told = x.chunk->last_sequence();
          seen = true;
        },
        caf::after(deadline) >> [] {});
    ASSERT_TRUE(seen);
  }
}

TEST_F(Journal, RefusesASecondOneOnTheSameDirectory) {
  start();
  EXPECT_THROW(file_log_device{path_}, journal_open_error);
  stop();
  start();
}

TEST_F(Journal, RefusesToOpenADamagedLog) {
  start();
  {
    caf::scoped_actor self{system_};
    auto bus = declare_default(self);
    handle_.port->publish(make_batch(bus, 0, 1), 1, sink_);
    sink_->wait_for(1);
    handle_.port->publish(make_batch(bus, 1, 1), 2, sink_);
    sink_->wait_for(2);
  }
  stop();
  auto file = path_ / "log" / to_file_name({1, 1});
  {
    std::fstream bytes{file, std::ios::in | std::ios::out | std::ios::binary};
    bytes.seekp(static_cast<std::streamoff>(segment_header_bytes) + 50);
    bytes.put('\x7f');
  }
  try {
    start();
    ADD_FAILURE() << "it opened";
  } catch (const journal_open_error& error) {
    EXPECT_EQ(error.segment(), to_file_name({1, 1}));
    EXPECT_EQ(error.offset(), segment_header_bytes);
  }
  handle_ = {};
}

TEST_F(Journal, SaysOverloadedAboveItsByteLimit) {
  options_.mailbox_bytes_max = 10'000;
  start();
  caf::scoped_actor self{system_};
  auto bus = declare_default(self);
  handle_.port->publish(make_batch(bus, 0, 1, 0, 20'000), 1, sink_);
  auto all = sink_->wait_for(1);
  EXPECT_EQ(all[0].error, journal_error::overloaded);
  EXPECT_NE(all[0].reason, "");
  handle_.port->publish(make_batch(bus, 0, 1), 2, sink_);
  EXPECT_EQ(sink_->wait_for(2)[1].error, journal_error::none);
  EXPECT_EQ(handle_.stats->publishes_refused, 1U);
  publish message;
  message.request = 3;
  message.batch = make_batch(bus, 0, 1, 0, 20'000);
  EXPECT_EQ(ask<publish_refused>(self, message).error, journal_error::overloaded);
}

TEST_F(Journal, RefusesEverythingOnceItIsStopped) {
  start();
  auto port = handle_.port;
  EXPECT_TRUE(port->ready(nullptr));
  stop();
  std::string reason;
  EXPECT_FALSE(port->ready(&reason));
  EXPECT_NE(reason, "");
  port->publish(make_batch(1, 0, 1), 1, sink_);
  EXPECT_EQ(sink_->wait_for(1)[0].error, journal_error::stopping);
}

TEST_F(Journal, MakesCheckpointsWhileItIsWrittenTo) {
  options_.segment_bytes = 64 * 1024;
  options_.checkpoint_log_bytes = 128 * 1024;
  options_.checkpoint_interval = 100ms;
  start();
  caf::scoped_actor self{system_};
  declare_bus declaration;
  declaration.spec = {"default", 0, 100'000};
  auto bus = ask<declared>(self, declaration).id;
  auto id = declare_named(self, "group");
  auto epoch = ask<subscriber_opened>(self, open_subscriber{id}).epoch;
  sequence_number cursor = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    handle_.port->publish(make_batch(bus, i * 10, 10, 0, 300), i, sink_);
    auto last = sink_->wait_for(i + 1).at(i).last;
    auto x = make_commit(id, epoch, cursor, last);
    for (int k = 0; k < 20; ++k)
      x.states.push_back({"key-" + std::to_string((i * 7 + static_cast<std::uint64_t>(k)) % 100),
                          std::to_string(i)});
    cursor = ask<committed>(self, x).cursor;
  }
  EXPECT_EQ(cursor, 3000U);
  EXPECT_GT(handle_.stats->checkpoints, 3U);
  EXPECT_GT(handle_.stats->segments_unlinked, 1U);
  load_states question;
  question.subscriber = id;
  for (int k = 0; k < 100; ++k)
    question.keys.push_back("key-" + std::to_string(k));
  auto before = ask<states_loaded>(self, question);
  stop();
  start();
  auto after = ask<states_loaded>(self, question);
  for (std::size_t k = 0; k < 100; ++k)
    EXPECT_EQ(before.states[k].value, after.states[k].value) << before.states[k].key;
  EXPECT_EQ(ask<subscriber_opened>(self, open_subscriber{id}).cursor, 3000U);
}

TEST_F(Journal, EndsWhileClientsKeepPublishing) {
  start();
  bus_id bus = 0;
  {
    caf::scoped_actor self{system_};
    bus = declare_default(self);
  }
  auto port = handle_.port;
  std::atomic<bool> enough{false};
  std::atomic<std::uint64_t> asked{0};
  std::thread client{[&] {
    while (!enough) {
      port->publish(make_batch(bus, 0, 1), asked, sink_);
      ++asked;
    }
  }};
  sink_->wait_for(100);
  stop();
  enough = true;
  client.join();
  auto all = sink_->wait_for(asked);
  EXPECT_EQ(all.size(), asked) << "exactly one completion each";
  std::uint64_t durable = 0;
  for (const auto& x : all)
    durable += x.error == journal_error::none ? 1 : 0;
  start();
  EXPECT_EQ(handle_.stats->head_sequence, durable);
}

} // namespace
} // namespace baseplate::journal
