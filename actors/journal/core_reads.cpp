// The questions that the journal answers without writing.
#include "actors/journal/journal_core.hpp"

#include <algorithm>

namespace baseplate::journal {

subscriber_opened journal_core::opened(subscriber_id id, std::uint64_t epoch,
                                       std::string& error) const {
  subscriber_opened answer;
  answer.subscriber = id;
  answer.epoch = epoch;
  auto row = image_.subscriber(id);
  if (!row) {
    error = "subscriber " + std::to_string(id) + " is unknown";
    return answer;
  }
  answer.cursor = row->fence.cursor;
  answer.watermark_ms = row->watermark_ms;
  answer.exceptions = std::move(row->exceptions);
  answer.counters = row->counters;
  error = image_.timers(id, answer.timers);
  return answer;
}

std::uint64_t journal_core::epoch_of(subscriber_id id) const {
  auto row = image_.subscriber(id);
  return row ? row->fence.epoch : 0;
}

states_loaded journal_core::load(const load_states& x, std::string& error) const {
  states_loaded answer;
  answer.subscriber = x.subscriber;
  answer.epoch = x.epoch;
  answer.request = x.request;
  error = image_.load_states(x.subscriber, x.keys, answer.states);
  return answer;
}

log_read journal_core::read(const read_log& x) const {
  auto bytes_max = std::min<std::size_t>(x.bytes_max, options_.read_bytes_max);
  auto result = reader_.read(x.from, bytes_max);
  ++stats_->readbacks;
  stats_->readback_bytes += result.chunk->size_bytes();
  if (!result.error.empty())
    stats_->set_last_error(result.error);
  return {x.request, std::move(result.chunk), std::move(result.error)};
}

events_read journal_core::read(const read_events& x, std::string& error) const {
  events_read answer;
  answer.request = x.request;
  auto sequences = x.sequences;
  std::sort(sequences.begin(), sequences.end());
  sequences.erase(std::unique(sequences.begin(), sequences.end()), sequences.end());
  std::string bytes;
  std::vector<event_ref> events;
  std::vector<sequence_number> in_log;
  for (auto sequence : sequences) {
    std::optional<evacuated_event> copy;
    if (error = image_.evacuated(x.subscriber, sequence, copy); !error.empty())
      break;
    if (!copy) {
      in_log.push_back(sequence);
      continue;
    }
    events.push_back({sequence, copy->ingested_at_ms, copy->bus,
                      static_cast<std::uint32_t>(bytes.size()),
                      static_cast<std::uint32_t>(copy->envelope.size())});
    bytes += copy->envelope;
  }
  if (error.empty())
    error = reader_.read_events(in_log, bytes, events, answer.missing);
  if (!error.empty()) {
    stats_->set_last_error(error);
    events.clear();
    answer.missing.clear();
  }
  std::sort(events.begin(), events.end(),
            [](const event_ref& a, const event_ref& b) { return a.sequence < b.sequence; });
  auto first = events.empty() ? sequence_number{1} : events.front().sequence;
  auto last = events.empty() ? sequence_number{0} : events.back().sequence;
  answer.chunk = std::make_shared<const chunk>(std::move(bytes), std::move(events), first, last);
  return answer;
}

time_found journal_core::find(const find_time& x, std::string& error) const {
  auto sequence = reader_.find_time(x.time_ms, error);
  if (!error.empty())
    stats_->set_last_error(error);
  return {x.request, sequence};
}

dead_letters_listed journal_core::list(const list_dead_letters& x, std::string& error) const {
  dead_letters_listed answer;
  answer.request = x.request;
  error = image_.dead_letters(x.subscriber, x.after,
                              std::min<std::size_t>(x.count_max, options_.dead_letters_max),
                              answer.letters);
  return answer;
}

} // namespace baseplate::journal
