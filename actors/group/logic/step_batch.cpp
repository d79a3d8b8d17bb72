#include "actors/group/logic/step_batch.hpp"

#include <stdexcept>
#include <tuple>

namespace baseplate::group {

namespace {

void emit(const emit_context& context, const emitted_event& event, const std::string& id_name,
          unix_ms now_ms, std::string_view extensions_json, event_batch& out) {
  const auto bus = event.bus.empty() ? context.bus : context.bus_by_name(event.bus);
  if (bus == 0)
    throw std::runtime_error("the step emitted to a bus that does not exist: " + event.bus);
  const auto id = named_uuid(id_name);
  const auto time = to_rfc3339(now_ms);
  const auto before = out.bytes.size();
  envelope_parts parts;
  parts.id = id;
  parts.detail_type = event.detail_type;
  parts.source = event.source;
  parts.account = context.account;
  parts.region = context.region;
  parts.time = time;
  parts.detail = event.detail;
  parts.extensions_json = extensions_json;
  append_envelope(out.bytes, parts);
  out.events.push_back({bus, static_cast<std::uint32_t>(out.bytes.size() - before)});
}

bool apply(const emit_context& context, std::string_view key, key_record& record,
           step_output&& output, const std::string& origin, unix_ms now_ms, const event_view* cause,
           step_batch& batch) {
  bool changed = false;
  for (auto& name : output.timers_cleared) {
    changed |= record.find_timer(name) != nullptr;
    clear_timer(record, key, name, batch.out.timers);
  }
  switch (output.effect) {
  case state_effect::keep:
    break;
  case state_effect::replace:
    if (output.state.size() > state_bytes_max)
      throw std::runtime_error("the step's state has " + std::to_string(output.state.size())
                               + " bytes; at most " + std::to_string(state_bytes_max)
                               + " are kept per key");
    record.state = std::move(output.state);
    changed = true;
    break;
  case state_effect::erase:
    record.state.reset();
    while (!record.timers.empty())
      clear_timer(record, key, std::string{record.timers.back().name}, batch.out.timers);
    changed = true;
    break;
  }
  for (auto& timer : output.timers_set) {
    set_timer(record, key, timer.name, timer.due_ms, timer.event_time, batch.out.timers);
    changed = true;
  }
  if (!output.events.empty()) {
    const auto extensions = cause ? cause->extensions() : std::string{};
    std::size_t position = 0;
    for (auto& event : output.events)
      emit(context, event, origin + '/' + std::to_string(position++), now_ms, extensions,
           batch.out.emitted);
  }
  for (auto& reply : output.replies)
    batch.replies.push_back(std::move(reply));
  return changed;
}

} // namespace

bool run_event(const group_logic& logic, const emit_context& context, std::string_view key,
               key_record& record, const event_view& event, step_batch& batch) {
  step_input input;
  input.key = key;
  input.state = record.state ? &*record.state : nullptr;
  input.event = &event;
  input.now_ms = event.ingested_at_ms;
  auto output = logic.step(input);
  return apply(context, key, record, std::move(output),
               context.group + '/' + std::to_string(event.sequence), input.now_ms, &event, batch);
}

bool run_timer(const group_logic& logic, const emit_context& context, key_record& record,
               timer_row row, unix_ms limit_ms, sequence_number after_sequence, step_batch& batch) {
  batch.out.fired.push_back({row, after_sequence, limit_ms});
  timer_view timer;
  timer.name = row.name;
  timer.event_time = row.event_time;
  switch (take_row(record, row, limit_ms, batch.out.timers, &timer.due_ms)) {
  case row_meaning::stale:
    return false;
  case row_meaning::moved:
    return true;
  case row_meaning::due:
    break;
  }
  step_input input;
  input.key = row.key;
  input.state = record.state ? &*record.state : nullptr;
  input.timer = &timer;
  input.now_ms = limit_ms;
  auto output = logic.step(input);
  apply(context, row.key, record, std::move(output),
        context.group + '/' + row.key + '/' + row.name + '/' + std::to_string(timer.due_ms) + '/'
            + std::to_string(after_sequence),
        limit_ms, nullptr, batch);
  return true;
}

std::string input_name(sequence_number sequence) {
  return "event:" + std::to_string(sequence);
}

std::string input_name(const timer_row& row) {
  return "timer:" + row.key + '/' + row.name;
}

bool fires_before(const timer_row& a, const timer_row& b) {
  return std::tie(a.due_ms, a.key, a.name) < std::tie(b.due_ms, b.key, b.name);
}

} // namespace baseplate::group
