#include "tests/simulation/log_fold.hpp"

#include <algorithm>

namespace baseplate::simulation {

namespace {

/// A chunk of one event, since the parser reads in place and ahead.
chunk as_chunk(const logged_event& event) {
  return {event.envelope,
          {{event.sequence, event.ingested_at_ms, event.bus, 0,
            static_cast<std::uint32_t>(event.envelope.size())}},
          event.sequence,
          event.sequence};
}

timer_row as_row(const journal::fired_timer_view& fired) {
  return {fired.due_ms, fired.event_time, std::string{fired.key}, std::string{fired.name}};
}

} // namespace

void log_fold::know_group(std::shared_ptr<const group::group_logic> logic,
                          group::emit_context context) {
  auto name = std::string{logic->name()};
  groups_[name] = {std::move(logic), std::move(context)};
}

void log_fold::complain(std::string sentence) {
  if (violations_.size() < 100)
    violations_.push_back(std::move(sentence));
}

std::size_t log_fold::count(const std::string& id) const {
  auto i = ids_.find(id);
  return i == ids_.end() ? 0 : i->second;
}

void log_fold::add_segment(std::string_view bytes) {
  journal::segment_header header;
  if (journal::decode_segment_header(bytes, header) != journal::segment_header_fault::none)
    return;
  bytes.remove_prefix(journal::segment_header_bytes);
  journal::record_view record;
  while (journal::decode_record(bytes, header.first_lsn, record) == journal::record_status::good) {
    if (last_lsn_ != 0 && record.header.lsn != last_lsn_ + 1)
      complain("the log jumps from record " + std::to_string(last_lsn_) + " to "
               + std::to_string(record.header.lsn));
    last_lsn_ = record.header.lsn;
    add_record(record);
    bytes.remove_prefix(record.length);
  }
}

void log_fold::add_record(const journal::record_view& record) {
  std::vector<event_ref> index;
  std::string_view body;
  if (!journal::index_events(record, 0, index, body)) {
    complain("record " + std::to_string(record.header.lsn) + " has events that do not fit");
    return;
  }
  const auto first = record.header.first_sequence;
  const chunk whole{std::string{record.payload}, index, first, first + index.size() - 1};
  switch (record.header.kind) {
  case journal::record_kind::events:
  case journal::record_kind::tally:
    break;
  case journal::record_kind::open: {
    auto i = subscribers_.find(record.header.owner);
    if (i != subscribers_.end())
      i->second.epoch = record.header.lsn;
    break;
  }
  case journal::record_kind::commit:
    on_commit(record, body, whole);
    break;
  case journal::record_kind::acknowledge:
    on_acknowledge(record, body);
    break;
  case journal::record_kind::control:
    on_control(body, first);
    break;
  }
  add_events(whole);
}

void log_fold::add_events(const chunk& from) {
  for (auto& event : from.events()) {
    logged_event logged{
        event.sequence, event.bus, {}, event.ingested_at_ms, std::string{from.envelope(event)}};
    if (!events_.empty() && event.sequence != events_.back().sequence + 1)
      complain("sequence " + std::to_string(event.sequence) + " follows "
               + std::to_string(events_.back().sequence));
    logged.id = std::string{parser_.parse(from, event).id};
    if (++ids_[logged.id] > 1)
      complain("I1/I3: event " + logged.id + " is in the log twice: " + logged.envelope);
    events_.push_back(std::move(logged));
  }
}

void log_fold::on_control(std::string_view body, sequence_number next) {
  journal::control_view control;
  if (!journal::decode_control_body(body, control)) {
    complain("a control record cannot be decoded");
    return;
  }
  if (control.bus)
    buses_[control.bus->spec.name] = control.bus->id;
  if (!control.subscriber)
    return;
  auto [i, fresh] = subscribers_.try_emplace(control.subscriber->id);
  i->second.spec = control.subscriber->spec;
  i->second.name = control.subscriber->spec.name;
  if (fresh) {
    i->second.cursor = control.subscriber->cursor;
    started_[control.subscriber->id] = control.subscriber->cursor;
    if (control.subscriber->cursor >= next)
      complain(i->second.name + " starts behind the end of the log");
  }
}

std::vector<sequence_number> log_fold::matching(subscriber_id subscriber) const {
  std::vector<sequence_number> found;
  const auto& at = subscribers_.at(subscriber);
  auto pattern = bus::compile_pattern(at.spec.pattern);
  if (!pattern)
    return found;
  const auto bus = buses_.at(at.spec.bus);
  for (auto& event : events_)
    if (event.bus == bus && event.sequence > started_.at(subscriber)) {
      const auto one = as_chunk(event);
      if (pattern->matches(one.envelope(one.events()[0])))
        found.push_back(event.sequence);
    }
  return found;
}

bool log_fold::finished(subscriber_id subscriber, sequence_number sequence) const {
  const auto& at = subscribers_.at(subscriber);
  if (sequence > at.cursor)
    return false;
  return std::none_of(at.exceptions.begin(), at.exceptions.end(),
                      [&](auto& x) { return x.sequence == sequence; });
}

void log_fold::on_acknowledge(const journal::record_view& record, std::string_view body) {
  journal::acknowledge_view ack;
  auto i = subscribers_.find(record.header.owner);
  if (i == subscribers_.end() || !journal::decode_acknowledge_body(body, ack)) {
    complain("record " + std::to_string(record.header.lsn) + " is no acknowledgement");
    return;
  }
  auto& at = i->second;
  if (ack.epoch != at.epoch || ack.seen_before != at.cursor)
    complain("I5: " + at.name + " acknowledged out of turn at record "
             + std::to_string(record.header.lsn));
  for (auto& open : ack.exceptions)
    if (open.sequence <= at.cursor && finished(i->first, open.sequence))
      complain("I5: " + at.name + " reopened event " + std::to_string(open.sequence));
  at.cursor = ack.seen;
  at.exceptions = ack.exceptions;
  at.counters = ack.counters;
  for (auto& letter : ack.dead_letters)
    at.dead.insert(letter.sequence);
}

void log_fold::on_commit(const journal::record_view& record, std::string_view body,
                         const chunk& whole) {
  journal::commit_view commit;
  auto i = subscribers_.find(record.header.owner);
  if (i == subscribers_.end() || !journal::decode_commit_body(body, commit)) {
    complain("record " + std::to_string(record.header.lsn) + " is no commit");
    return;
  }
  auto& at = i->second;
  if (commit.epoch != at.epoch)
    complain("I2: " + at.name + " committed with epoch " + std::to_string(commit.epoch)
             + " though it is " + std::to_string(at.epoch));
  if (commit.cursor_before != at.cursor)
    complain("I2: " + at.name + " committed from " + std::to_string(commit.cursor_before)
             + " though it stands at " + std::to_string(at.cursor));
  if (commit.cursor >= record.header.first_sequence)
    complain("I6: " + at.name + " is ahead of the log");
  if (auto known = groups_.find(at.name); known != groups_.end())
    check_commit(at, known->second, commit, whole, record.header.lsn);
  at.cursor = commit.cursor;
  at.watermark_ms = commit.watermark_ms;
  at.counters = commit.counters;
  for (auto& letter : commit.dead_letters)
    at.dead.insert(letter.sequence);
}

void log_fold::check_commit(folded_subscriber& at, const known_group& known,
                            const journal::commit_view& commit, const chunk& whole,
                            log_number lsn) {
  auto pattern = bus::compile_pattern(at.spec.pattern);
  const auto bus = buses_.at(at.spec.bus);
  group::step_batch batch;
  std::set<std::string> touched;
  std::set<std::string> quarantined;
  for (auto& letter : commit.dead_letters)
    if (letter.condition == "quarantined")
      quarantined.insert(std::string{letter.reason.substr(0, letter.reason.find(": "))});
  auto fired = commit.fired.begin();
  auto fire = [&](sequence_number before) {
    for (; fired != commit.fired.end() && fired->after_sequence < before; ++fired) {
      const auto row = as_row(*fired);
      auto& record = at.records[row.key];
      if (quarantined.count(group::input_name(row))) {
        unix_ms due = 0;
        group::take_row(record, row, fired->now_ms, batch.out.timers, &due);
        touched.insert(row.key);
      } else if (group::run_timer(*known.logic, known.context, record, row, fired->now_ms,
                                  fired->after_sequence, batch)) {
        touched.insert(row.key);
      }
    }
  };
  auto event = std::upper_bound(events_.begin(), events_.end(), commit.cursor_before,
                                [](auto s, auto& x) { return s < x.sequence; });
  for (; event != events_.end() && event->sequence <= commit.cursor; ++event) {
    if (event->bus != bus)
      continue;
    const auto one = as_chunk(*event);
    if (pattern && !pattern->matches(one.envelope(one.events()[0])))
      continue;
    fire(event->sequence);
    const auto& view = parser_.parse(one, one.events()[0]);
    const auto key = known.logic->key_of(view);
    if (!key || quarantined.count(group::input_name(event->sequence)))
      continue;
    if (group::run_event(*known.logic, known.context, *key, at.records[*key], view, batch))
      touched.insert(*key);
  }
  fire(std::numeric_limits<sequence_number>::max());
  compare(at, batch, touched, commit, whole, lsn);
}

void log_fold::compare(const folded_subscriber& at, const group::step_batch& batch,
                       const std::set<std::string>& touched, const journal::commit_view& commit,
                       const chunk& whole, log_number lsn) {
  const auto where = at.name + " at record " + std::to_string(lsn);
  std::string emitted;
  for (auto& event : whole.events())
    emitted += whole.envelope(event);
  if (emitted != batch.out.emitted.bytes)
    complain("I3: " + where + " emitted other events than its steps");
  std::set<std::string> written;
  for (auto& state : commit.states) {
    written.insert(std::string{state.key});
    auto record = at.records.find(std::string{state.key});
    const auto folded = record == at.records.end() || record->second.empty()
                            ? std::optional<std::string>{}
                            : std::optional{group::encode(record->second)};
    if (folded != (state.value ? std::optional<std::string>{*state.value} : std::nullopt))
      complain("I2: " + where + " wrote another state of key " + std::string{state.key}
               + " than the fold has");
  }
  if (written != touched)
    complain("I2: " + where + " wrote " + std::to_string(written.size()) + " keys, the fold "
             + std::to_string(touched.size()));
}

} // namespace baseplate::simulation
