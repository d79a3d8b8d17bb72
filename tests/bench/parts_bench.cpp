// What the parts cost beside what they replace, as one JSON object a run (scripts/bench parts):
//   parts_bench direct   publish → match → step → commit by plain calls in one thread
//   parts_bench actors   the same through journal, bus and group as actors
//   parts_bench apply    applying commits to the state, beside RocksDB's memtable taking the same
// The device is memory: what a sync costs would hide what is measured.
#include "actors/bus/bus.hpp"
#include "actors/group/group_actor.hpp"
#include "actors/group/logic/envelope_parser.hpp"
#include "actors/journal/journal.hpp"
#include "actors/journal/journal_core.hpp"
#include "actors/journal/memory_log_device.hpp"
#include "actors/journal/memory_state_store.hpp"
#include "messages/caf/type_ids.hpp"
#include "tests/bench/sample_events.hpp"

#include <boost/json.hpp>
#include <caf/all.hpp>
#include <rocksdb/db.h>
#include <spdlog/spdlog.h>

#include <condition_variable>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <unistd.h>
#include <unordered_map>

namespace baseplate::bench {
namespace {

constexpr std::size_t events_in_all = 200'000;
constexpr std::size_t events_per_request = 10;
constexpr std::size_t requests_in_flight = 64;
constexpr unix_ms now_ms = 1'700'000'000'000;

/// Counts every event under one of 4,096 keys.
class counter : public group::group_logic {
 public:
  std::string_view name() const override { return "counter"; }

  std::string pattern() const override { return {}; }

  std::optional<std::string> key_of(const group::event_view& event) const override {
    return std::string{event.id.substr(event.id.size() - 3)};
  }

  group::step_output step(const group::step_input& input) const override {
    group::step_output out;
    out.effect = group::state_effect::replace;
    out.state = std::to_string(input.state ? std::stoull(*input.state) + 1 : 1);
    return out;
  }
};

std::vector<event_batch> make_requests() {
  const auto details = sample_details(2000);
  std::vector<event_batch> out(events_in_all / events_per_request);
  std::mt19937_64 random{7};
  std::size_t n = 0;
  for (auto& batch : out) {
    batch.ingested_at_ms = now_ms;
    for (std::size_t i = 0; i < events_per_request; ++i) {
      std::string id;
      append_uuid(id, random(), random());
      const auto before = batch.bytes.size();
      envelope_parts parts;
      parts.id = id;
      parts.detail_type = "page_event";
      parts.source = "shop.web";
      parts.time = "2026-01-31T12:00:00Z";
      parts.detail = details[n++ % details.size()];
      append_envelope(batch.bytes, parts);
      batch.events.push_back({1, static_cast<std::uint32_t>(batch.bytes.size() - before)});
    }
  }
  return out;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::unique_ptr<journal::log_device> memory_device() {
  return std::make_unique<journal::memory_log_device>(std::make_shared<journal::memory_disk>());
}

std::unique_ptr<journal::state_store> memory_store() {
  return std::make_unique<journal::memory_state_store>(std::make_shared<journal::memory_rows>());
}

/// No checkpoint while it is measured: memory's is no measure of anything.
journal::journal_options without_checkpoints() {
  journal::journal_options options;
  options.checkpoint_log_bytes = std::uint64_t{16} << 30;
  options.checkpoint_rows = 50'000'000;
  options.checkpoint_interval = std::chrono::hours{1};
  return options;
}

subscriber_spec counter_spec() {
  subscriber_spec spec;
  spec.name = "counter";
  spec.bus = "default";
  spec.start = start_position::oldest;
  return spec;
}

// -- direct -----------------------------------------------------------------------

/// What journal, bus and group do, by calls: the portions of a batch are stepped and their commit
/// is part of the next batch.
class direct_pipeline {
 public:
  direct_pipeline()
      : core_(
          without_checkpoints(), memory_device(), memory_store(), [] { return now_ms; },
          std::make_shared<journal::journal_stats>()),
        dispatcher_({}, hooks()) {
    core_.open();
    (void)core_.stage_bus({"default", 0, 0});
    (void)core_.stage_subscriber(counter_spec());
    flush();
    epoch_ = core_.stage_open({1}).lsn;
    flush();
    dispatcher_.attached(core_.attached());
    dispatcher_.subscribe_at({1, epoch_, 0, 1'000'000, false, 0});
  }

  double run(const std::vector<event_batch>& requests) {
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < requests.size() || !portions_.empty();) {
      if (!portions_.empty())
        (void)core_.stage_commit(step());
      for (std::size_t n = 0; n < requests_in_flight && i < requests.size(); ++n)
        (void)core_.stage_publish(requests[i++]);
      flush();
    }
    if (counters_.delivered != events_in_all)
      throw std::runtime_error("the direct pipeline lost events");
    return seconds_since(begin);
  }

 private:
  bus::dispatcher_hooks hooks() {
    return {[this](portion&& x) { portions_.push_back(std::move(x)); }, [](read_log&&) {},
            [](record_tally&&) {}, [] {}, [](const std::string&) {}};
  }

  void flush() {
    journal::appended_batch batch;
    (void)core_.append(batch);
    (void)core_.sync();
    if (dispatcher_.is_attached() && !batch.chunk->events().empty())
      dispatcher_.appended({batch.chunk, core_.head()});
    core_.apply(batch);
  }

  commit step() {
    group::step_batch batch;
    std::map<std::string, group::key_record*> touched;
    const auto before = cursor_;
    for (const auto& x : portions_) {
      for (const auto i : x.events) {
        const auto& view = parser_.parse(*x.chunk, x.chunk->events()[i]);
        const auto key = *logic_.key_of(view);
        auto& record = records_[key];
        if (run_event(logic_, context_, key, record, view, batch))
          touched.emplace(key, &record);
        ++counters_.delivered;
      }
      cursor_ = x.to;
      dispatcher_.give_credit({1, epoch_, static_cast<std::uint32_t>(x.events.size())});
    }
    portions_.clear();
    auto& out = batch.out;
    out.subscriber = 1;
    out.epoch = epoch_;
    out.cursor_before = before;
    out.cursor = cursor_;
    out.counters = counters_;
    for (const auto& [key, record] : touched)
      out.states.push_back({key, encode(*record)});
    return std::move(out);
  }

  journal::journal_core core_;
  bus::dispatcher dispatcher_;
  counter logic_;
  group::emit_context context_{"counter", 1, [](std::string_view) { return bus_id{1}; }};
  group::envelope_parser parser_;
  std::unordered_map<std::string, group::key_record> records_;
  std::vector<portion> portions_;
  std::uint64_t epoch_ = 0;
  sequence_number cursor_ = 0;
  subscriber_counters counters_;
};

// -- actors -----------------------------------------------------------------------

class answer_count : public completion_sink {
 public:
  void complete(std::vector<publish_completion> completions) override {
    {
      std::lock_guard guard{mutex_};
      done_ += completions.size();
    }
    changed_.notify_one();
  }

  void wait_for(std::size_t done) {
    std::unique_lock guard{mutex_};
    changed_.wait(guard, [&] { return done_ >= done; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t done_ = 0;
};

struct caf_config : caf::actor_system_config {
  caf_config() {
    add_message_types<caf::id_block::baseplate>();
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{2});
    set("scheduler.max-throughput", std::size_t{300});
  }
};

double run_actors(const std::vector<event_batch>& requests) {
  caf_config config;
  caf::actor_system system{config};
  const wall_clock clock = [] { return now_ms; };
  auto handle = journal::spawn_journal(system, without_checkpoints(), memory_device(),
                                       memory_store(), clock);
  {
    caf::scoped_actor self{system};
    const auto ask = [&](auto question) {
      self->send(handle.actor, std::move(question));
      self->receive([](const declared& x) {
        if (x.error != journal_error::none)
          throw std::runtime_error(x.reason);
      });
    };
    ask(declare_bus{1, {"default", 0, 0}});
    ask(declare_subscriber{2, counter_spec()});
  }
  auto bus = bus::spawn_bus(system, {}, handle.actor);
  group::group_parts parts;
  parts.logic = std::make_shared<counter>();
  parts.subscriber = 1;
  parts.context = {"counter", 1, [](std::string_view) { return bus_id{1}; }};
  parts.journal = handle.actor;
  parts.bus = bus;
  parts.now = clock;
  parts.ledger = std::make_shared<group::crash_ledger>();
  parts.stats = std::make_shared<group::group_stats>();
  const auto stats = parts.stats;
  auto group = group::spawn_group(system, std::move(parts));
  auto answers = std::make_shared<answer_count>();
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (i >= requests_in_flight)
      answers->wait_for(i - requests_in_flight + 1);
    handle.port->publish(requests[i], i, answers);
  }
  answers->wait_for(requests.size());
  while (stats->events < events_in_all) {
    if (seconds_since(begin) > 60) {
      std::cerr << "the group has not stepped all events after a minute\n";
      std::_Exit(1); // the actors would be waited for
    }
    std::this_thread::sleep_for(std::chrono::microseconds{200});
  }
  const auto took = seconds_since(begin);
  caf::anon_send_exit(group, caf::exit_reason::kill);
  caf::anon_send_exit(bus, caf::exit_reason::kill);
  caf::anon_send_exit(handle.actor, caf::exit_reason::kill);
  group = nullptr;
  bus = bus_actor{};
  handle = {};
  return took;
}

// -- apply ------------------------------------------------------------------------

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

boost::json::object run_apply() {
  constexpr std::size_t keys = 200'000;
  constexpr std::size_t changes = 1000;
  constexpr int commits = 1000;
  journal::journal_core core{without_checkpoints(), memory_device(), memory_store(),
                             [] { return now_ms; }, std::make_shared<journal::journal_stats>()};
  core.open();
  (void)core.stage_bus({"default", 0, 0});
  (void)core.stage_subscriber(counter_spec());
  journal::appended_batch batch;
  (void)core.append(batch);
  (void)core.sync();
  core.apply(batch);
  const auto epoch = core.stage_open({1}).lsn;
  (void)core.append(batch);
  (void)core.sync();
  core.apply(batch);

  const auto directory
      = std::filesystem::temp_directory_path() / ("parts-bench-" + std::to_string(::getpid()));
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = std::size_t{1} << 30;
  rocksdb::DB* opened = nullptr;
  if (auto status = rocksdb::DB::Open(options, directory.string(), &opened); !status.ok())
    throw std::runtime_error(status.ToString());
  std::unique_ptr<rocksdb::DB> db{opened};
  rocksdb::WriteOptions unlogged;
  unlogged.disableWAL = true;

  double ours = 0;
  double theirs = 0;
  std::uint64_t number = 0;
  for (int i = 0; i < commits; ++i) {
    commit x;
    x.subscriber = 1;
    x.epoch = epoch;
    rocksdb::WriteBatch writes;
    for (std::size_t k = 0; k < changes; ++k) {
      auto key = "customer-" + std::to_string((number += 7919) % keys);
      (void)writes.Put(key, std::string(32, 's'));
      x.states.push_back({std::move(key), std::string(32, 's')});
    }
    (void)core.stage_commit(x);
    (void)core.append(batch);
    (void)core.sync();
    const auto begin = cpu_seconds();
    core.apply(batch);
    const auto middle = cpu_seconds();
    if (auto status = db->Write(unlogged, &writes); !status.ok())
      throw std::runtime_error(status.ToString());
    ours += middle - begin;
    theirs += cpu_seconds() - middle;
  }
  db.reset();
  std::filesystem::remove_all(directory);
  const double rows = double{changes} * commits;
  return {{"apply_ns", ours / rows * 1e9}, {"memtable_ns", theirs / rows * 1e9}};
}

int run(std::string_view mode) {
  spdlog::set_level(spdlog::level::warn);
  boost::json::object out;
  if (mode == "direct")
    out["events_per_s"] = events_in_all / direct_pipeline{}.run(make_requests());
  else if (mode == "actors")
    out["events_per_s"] = events_in_all / run_actors(make_requests());
  else if (mode == "apply")
    out = run_apply();
  else
    return 2;
  std::cout << out << '\n';
  return 0;
}

} // namespace
} // namespace baseplate::bench

int main(int argc, char** argv) {
  return baseplate::bench::run(argc == 2 ? argv[1] : "");
}
