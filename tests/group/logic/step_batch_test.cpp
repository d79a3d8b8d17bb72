#include "actors/group/logic/envelope_parser.hpp"
#include "actors/group/logic/step_batch.hpp"

#include <gtest/gtest.h>

namespace baseplate::group {
namespace {

/// Counts its events; sets a timer at each; the timer emits the count.
class counting_logic : public group_logic {
 public:
  std::string_view name() const override { return "counting"; }

  std::string pattern() const override { return {}; }

  std::optional<std::string> key_of(const event_view& event) const override {
    return std::string{event.source};
  }

  step_output step(const step_input& input) const override {
    step_output out;
    const auto count = input.state ? std::stoi(*input.state) : 0;
    if (input.timer) {
      out.events.push_back(
          {"counting", "COUNTED", "{\"count\":" + std::to_string(count) + "}", {}});
      out.effect = state_effect::erase;
      return out;
    }
    if (input.event->detail_type == "too much")
      out.state.assign(state_bytes_max + 1, 'x');
    else
      out.state = std::to_string(count + 1);
    out.effect = state_effect::replace;
    out.timers_set.push_back({"report", input.now_ms + 100, false});
    if (input.event->detail_type == "elsewhere")
      out.events.push_back({"counting", "COUNTED", "{}", "nowhere"});
    return out;
  }
};

struct StepBatch : ::testing::Test {
  counting_logic logic;
  emit_context context{"counting", 3, [](std::string_view) { return bus_id{0}; }, "1", "r"};
  key_record record;
  step_batch batch;
  envelope_parser parser;
  std::vector<std::unique_ptr<chunk>> chunks;

  bool event(sequence_number sequence, std::string_view detail_type, unix_ms at) {
    std::string bytes;
    envelope_parts parts;
    parts.id = "x";
    parts.source = "s";
    parts.detail_type = detail_type;
    parts.time = "2026-01-31T12:00:00Z";
    parts.detail = "{}";
    append_envelope(bytes, parts);
    const auto length = static_cast<std::uint32_t>(bytes.size());
    chunks.push_back(std::make_unique<chunk>(std::move(bytes),
                                             std::vector<event_ref>{{sequence, at, 3, 0, length}},
                                             sequence, sequence));
    const auto& view = parser.parse(*chunks.back(), chunks.back()->events()[0]);
    return run_event(logic, context, "s", record, view, batch);
  }
};

TEST_F(StepBatch, GathersStatesTimersAndEventsOfSeveralSteps) {
  EXPECT_TRUE(event(1, "a", 1000));
  EXPECT_TRUE(event(2, "a", 1050));
  EXPECT_EQ(record.state, "2");
  ASSERT_EQ(batch.out.timers.size(), 1u) << "renewing a timer costs no row";
  const auto row = batch.out.timers[0].row;
  EXPECT_TRUE(run_timer(logic, context, record, row, 1100, 2, batch)) << "moved";
  EXPECT_TRUE(batch.out.emitted.events.empty());
  const auto moved = batch.out.timers.back().row;
  EXPECT_EQ(moved.due_ms, 1150);
  EXPECT_TRUE(run_timer(logic, context, record, moved, 1150, 2, batch));
  ASSERT_EQ(batch.out.emitted.events.size(), 1u);
  EXPECT_EQ(batch.out.emitted.events[0].bus, 3u);
  EXPECT_NE(batch.out.emitted.bytes.find("{\"count\":2}"), std::string::npos);
  EXPECT_TRUE(record.empty());
  EXPECT_EQ(batch.out.fired.size(), 2u);
}

TEST_F(StepBatch, GivesARepeatedStepTheSameIds) {
  auto emitted = [&] {
    record = {};
    batch = {};
    event(1, "a", 1000);
    run_timer(logic, context, record, batch.out.timers[0].row, 1100, 1, batch);
    return batch.out.emitted.bytes;
  };
  const auto first = emitted();
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(emitted(), first);
}

TEST_F(StepBatch, TreatsAnOutputBeyondItsLimitsAsACrash) {
  EXPECT_THROW(event(1, "too much", 0), std::runtime_error);
  EXPECT_THROW(event(1, "elsewhere", 0), std::runtime_error);
}

} // namespace
} // namespace baseplate::group
