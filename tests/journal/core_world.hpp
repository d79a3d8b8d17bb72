// What outlives a journal core in a test: disk, rows, clock. Makes cores over them, one after the
// other.
#pragma once

#include "actors/journal/faulty_log_device.hpp"
#include "actors/journal/journal_core.hpp"
#include "actors/journal/memory_log_device.hpp"
#include "actors/journal/memory_state_store.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace baseplate::journal {

struct core_world {
  std::shared_ptr<memory_disk> disk = std::make_shared<memory_disk>();
  std::shared_ptr<memory_rows> rows = std::make_shared<memory_rows>();
  std::shared_ptr<fault_script> faults = std::make_shared<fault_script>();
  std::shared_ptr<journal_stats> stats;
  unix_ms now_ms = 1'700'000'000'000;
  journal_options options;
  recovery_report report;

  std::unique_ptr<log_device> device() const {
    return std::make_unique<faulty_log_device>(std::make_unique<memory_log_device>(disk), faults);
  }

  std::unique_ptr<journal_core> open() {
    stats = std::make_shared<journal_stats>();
    auto core = std::make_unique<journal_core>(
        options, device(), std::make_unique<memory_state_store>(rows), [this] { return now_ms; },
        stats);
    report = core->open();
    return core;
  }
};

/// A batch of `count` events of a bus, each `{"n":<number>}` padded to about `bytes`.
inline event_batch make_batch(bus_id bus, std::uint64_t first_number, std::size_t count,
                              unix_ms at_ms = 1'700'000'000'000, std::size_t bytes = 0) {
  event_batch batch;
  batch.ingested_at_ms = at_ms;
  for (std::size_t i = 0; i < count; ++i) {
    auto text = "{\"n\":" + std::to_string(first_number + i) + "}";
    if (text.size() < bytes)
      text.append(bytes - text.size(), ' ');
    batch.bytes += text;
    batch.events.push_back({bus, static_cast<std::uint32_t>(text.size())});
  }
  return batch;
}

inline std::vector<std::string> envelopes(const chunk& x) {
  std::vector<std::string> out;
  for (const auto& event : x.events())
    out.emplace_back(x.envelope(event));
  return out;
}

/// Append, sync, apply.
inline void finish(journal_core& core) {
  appended_batch batch;
  auto appended = core.append(batch);
  ASSERT_TRUE(appended.ok()) << appended.reason;
  auto synced = core.sync();
  ASSERT_TRUE(synced.ok()) << synced.reason;
  core.apply(batch);
}

inline bus_id add_bus(journal_core& core, const bus_spec& spec = {"default", 0, 0}) {
  auto result = core.stage_bus(spec);
  EXPECT_EQ(result.error, journal_error::none) << result.reason;
  if (core.staged())
    finish(core);
  return result.id;
}

inline subscriber_spec spec_of(const std::string& name) {
  subscriber_spec spec;
  spec.name = name;
  return spec;
}

inline subscriber_id add_subscriber(journal_core& core, const subscriber_spec& spec) {
  auto result = core.stage_subscriber(spec);
  EXPECT_EQ(result.error, journal_error::none) << result.reason;
  if (core.staged())
    finish(core);
  return result.id;
}

/// Opens an incarnation; returns its epoch.
inline std::uint64_t open_incarnation(journal_core& core, subscriber_id id) {
  auto result = core.stage_open({id});
  EXPECT_EQ(result.error, journal_error::none) << result.reason;
  finish(core);
  return result.lsn;
}

inline void publish_events(journal_core& core, bus_id bus, std::uint64_t first, std::size_t count,
                           unix_ms at_ms = 1'700'000'000'000, std::size_t bytes = 0) {
  auto result = core.stage_publish(make_batch(bus, first, count, at_ms, bytes));
  EXPECT_EQ(result.error, journal_error::none) << result.reason;
  finish(core);
}

inline commit make_commit(subscriber_id id, std::uint64_t epoch, sequence_number before,
                          sequence_number after) {
  commit x;
  x.subscriber = id;
  x.epoch = epoch;
  x.cursor_before = before;
  x.cursor = after;
  return x;
}

inline subscriber_opened opened(const journal_core& core, subscriber_id id) {
  std::string error;
  auto answer = core.opened(id, core.epoch_of(id), error);
  EXPECT_EQ(error, "");
  return answer;
}

inline std::optional<std::string> state_of(const journal_core& core, subscriber_id id,
                                           const std::string& key) {
  load_states question;
  question.subscriber = id;
  question.keys = {key};
  std::string error;
  auto answer = core.load(question, error);
  EXPECT_EQ(error, "");
  return answer.states.at(0).value;
}

} // namespace baseplate::journal
