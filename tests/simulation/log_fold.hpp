// Reads a whole log from its first record and checks what it tells: the judge of a simulation, and
// of kill tests. It knows the journal's format and the groups' steps, and nothing of the actors
// that wrote the log. Checks I1 to I3 and I5 of docs/ARCHITECTURE.md ("Invariants"), record by
// record; gives what is needed for I4 and I7.
#pragma once

#include "actors/bus/logic/event_matcher.hpp"
#include "actors/group/logic/envelope_parser.hpp"
#include "actors/group/logic/step_batch.hpp"
#include "actors/journal/logic/payload_codec.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace baseplate::simulation {

/// An event as the log holds it.
struct logged_event {
  sequence_number sequence = 0;
  bus_id bus = 0;
  std::string id;
  unix_ms ingested_at_ms = 0;
  std::string envelope;
};

/// What the log says of one subscriber.
struct folded_subscriber {
  std::string name;
  subscriber_spec spec;
  std::uint64_t epoch = 0;
  sequence_number cursor = 0;
  unix_ms watermark_ms = 0;
  std::vector<open_exception> exceptions;
  std::set<sequence_number> dead;
  subscriber_counters counters;
  /// Groups only: records by key.
  std::map<std::string, group::key_record> records;
};

class log_fold {
 public:
  /// How to fold the group of that name; others are taken as targets outside.
  void know_group(std::shared_ptr<const group::group_logic> logic, group::emit_context context);

  /// One segment's bytes, in order. Stops at the first record that is not good.
  void add_segment(std::string_view bytes);

  /// Sentences about what is wrong, at most a hundred.
  const std::vector<std::string>& violations() const { return violations_; }

  const std::vector<logged_event>& events() const { return events_; }

  /// How often the id stands in the log.
  std::size_t count(const std::string& id) const;

  const std::map<subscriber_id, folded_subscriber>& subscribers() const { return subscribers_; }

  /// Sequences of `subscriber`'s bus that its pattern matches, from where it started.
  std::vector<sequence_number> matching(subscriber_id subscriber) const;

  /// True when the log says that the subscriber is done with the event for good.
  bool finished(subscriber_id subscriber, sequence_number sequence) const;

  log_number last_lsn() const { return last_lsn_; }

 private:
  struct known_group {
    std::shared_ptr<const group::group_logic> logic;
    group::emit_context context;
  };

  void add_record(const journal::record_view& record);
  void add_events(const chunk& from);
  void on_commit(const journal::record_view& record, std::string_view body, const chunk& whole);
  void on_acknowledge(const journal::record_view& record, std::string_view body);
  void on_control(std::string_view body, sequence_number next);
  void check_commit(folded_subscriber& at, const known_group& known,
                    const journal::commit_view& commit, const chunk& whole, log_number lsn);
  void compare(const folded_subscriber& at, const group::step_batch& batch,
               const std::set<std::string>& touched, const journal::commit_view& commit,
               const chunk& whole, log_number lsn);
  void complain(std::string sentence);

  std::map<std::string, known_group> groups_;
  std::map<subscriber_id, folded_subscriber> subscribers_;
  std::map<subscriber_id, sequence_number> started_;
  std::map<std::string, bus_id> buses_;
  std::vector<logged_event> events_;
  std::unordered_map<std::string, std::size_t> ids_;
  std::vector<std::string> violations_;
  group::envelope_parser parser_;
  log_number last_lsn_ = 0;
};

} // namespace baseplate::simulation
