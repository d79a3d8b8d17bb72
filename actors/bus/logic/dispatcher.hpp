// Hands the log's events to subscribers: from the tail ring while they are current, by reading back
// when they lag. Decides everything the bus actor does; the actor carries it out. Pure: no actor,
// no clock, no I/O. Invariants: no subscriber has more events out than its credit; portions of one
// epoch follow each other without a hole;
//             a durable_only subscriber gets nothing above the durable watermark; a lower epoch
//             changes nothing; memory is bounded by the ring, one piece per lagging subscriber with
//             credit, and pieces_bytes_max
// Accounting: matched is what the matcher counted, passed what was handed out, open what was not
// reported finished.
//             At rest matched == passed and open == 0 for every subscriber; a difference is a
//             `correction` and is counted.
// Threads:    one at a time
#pragma once

#include "actors/bus/logic/event_matcher.hpp"
#include "actors/bus/logic/subscription.hpp"
#include "actors/bus/logic/tail_ring.hpp"
#include "messages/bus.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace baseplate::bus {

/// Limits of the bus. Each has a default that was measured or is said to be a guess.
struct dispatcher_options {
  /// Bytes of chunks that current subscribers share. Less sends lagging ones to the disk sooner.
  std::size_t ring_bytes_max = 64 * 1024 * 1024;
  /// Bytes of the first read of a subscriber that fell behind the ring.
  std::uint32_t read_bytes_min = 256 * 1024;
  /// Each further read doubles up to this: a lagging subscriber costs a round trip per portion.
  std::uint32_t read_bytes_max = 1024 * 1024;
  /// Bytes of half-consumed reads that may wait for credit, over all subscribers; beyond it they
  /// are given up and read again.
  std::size_t pieces_bytes_max = 32 * 1024 * 1024;
  /// Events scanned for a subscriber without a match after which it is told how far it is.
  std::uint64_t idle_distance_events = 64 * 1024;
  /// Events after which the tally is written though its time has not come.
  std::uint64_t tally_events = 64 * 1024;
  /// A random number of this process, so that nobody can choose values whose hashes collide.
  std::uint64_t hash_seed = 0;
};

/// What the dispatcher asks of the world. All must be set.
struct dispatcher_hooks {
  std::function<void(portion&&)> deliver;
  std::function<void(read_log&&)> read;
  std::function<void(record_tally&&)> record;
  /// tick() shall be called in about a second, once.
  std::function<void()> tick_later;
  /// Something for the log that an operator should see.
  std::function<void(const std::string&)> warn;
};

class dispatcher {
 public:
  dispatcher(dispatcher_options options, dispatcher_hooks hooks);

  // -- the log --------------------------------------------------------------------

  /// The journal's state as of the attachment; what was known before is forgotten, but for nothing.
  void attached(const bus_attached& x);

  bool is_attached() const { return attached_; }

  void appended(const log_appended& x);
  void changed(const control_changed& x);
  /// Tells every subscriber how far it was scanned, so that none that stands still holds the log.
  void checkpoint();
  /// Ignores answers to questions that are not open any more.
  void read_done(const log_read& x);
  /// Writes the tally if it changed; asks again for what could not be read.
  void tick();

  // -- subscribers ----------------------------------------------------------------

  /// False: it is older than what is known, or the subscriber is unknown; nothing changed.
  bool subscribe_at(const subscribe& x);
  void give_credit(const demand& x);
  void progressed(const subscriber_progress& x);
  /// Its actor is gone: nothing is handed out until it subscribes again.
  void disconnected(subscriber_id id);

  /// Adds a live subscriber that reads behind `position`. Its bus must exist (see bus_named).
  pattern_result<void> add_live(subscriber_id id, bus_id bus, const std::string& pattern,
                                sequence_number position, std::uint32_t credit);
  /// Hands out what is there for a live subscriber that was just added.
  void start_live(subscriber_id id);
  void remove_live(subscriber_id id);

  // -- questions ------------------------------------------------------------------

  sequence_number head() const { return head_; }

  sequence_number durable() const { return durable_; }

  /// Null: there is no such subscriber.
  const subscription* find(subscriber_id id) const;
  const subscription* find(const std::string& name) const;
  std::optional<bus_id> bus_named(const std::string& name) const;

  /// False while events are recounted: status() would be short of them.
  bool counted() const { return attached_ && recounts_.empty(); }

  bus_status status() const;

  /// How often a count had to be set right without a gap that explains it; 0 but for patterns
  /// changed while a backlog waits.
  std::uint64_t corrections() const { return corrections_; }

  std::size_t piece_bytes() const { return pieces_bytes_; }

 private:
  struct bus_state {
    bus_spec spec;
    std::uint64_t accepted = 0;
    std::uint64_t matched_none = 0;
  };

  /// Counting of events that were not matched while they were appended: before an attachment, or
  /// before a declaration.
  struct recount {
    /// Who is counted, each behind its `count_behind`.
    std::set<subscriber_id> subscribers;
    /// Events of buses are counted behind this; no_buses: not at all.
    sequence_number buses_behind = no_buses;
    /// True: they count as accepted, too.
    bool accepted = false;
    sequence_number next = 0;
    sequence_number to = 0;
    std::uint64_t request = 0;
  };

  static constexpr sequence_number no_buses = ~sequence_number{0};

  // dispatcher.cpp
  void pump(subscription& s);
  bool pump_once(subscription& s);
  bool consume(subscription& s, const chunk_ptr& events, std::span<const std::uint32_t> matches,
               sequence_number to_max);
  void send(subscription& s, const chunk_ptr& events, std::vector<std::uint32_t> indices,
            sequence_number to);

  sequence_number limit(const subscription& s) const { return s.durable_only ? durable_ : head_; }

  void read_back(subscription& s);
  void drop_piece(subscription& s);
  void set_piece(subscription& s, read_piece piece);
  std::vector<std::uint32_t> rematch(subscription& s, const chunk& events,
                                     sequence_number behind) const;
  void piece_arrived(subscription& s, const log_read& x);
  void refresh_filter(subscription& s, const subscriber_spec& spec);
  subscription& add_subscriber(const subscriber_entry& entry);
  void extend_head(sequence_number to);

  // dispatcher_counts.cpp
  void count(const chunk_matches& matches);
  void begin_counts(const match_tally& tally);
  void start_recount(recount job);
  void ask_recount();
  void recount_read(const log_read& x);
  void mark_evicted(const tail_ring::entry& oldest);
  static void add_mark(subscription& s, count_mark mark);
  std::optional<std::uint64_t> unread_in_ring(const subscription& s, sequence_number behind) const;
  void settle_gap(subscription& s);
  void check_at_rest(subscription& s);
  void write_tally();
  void dirty(std::uint64_t events);

  dispatcher_options options_;
  dispatcher_hooks hooks_;
  bool attached_ = false;
  sequence_number head_ = 0;
  sequence_number durable_ = 0;
  event_matcher matcher_;
  tail_ring ring_;
  std::map<bus_id, bus_state> buses_;
  std::map<subscriber_id, subscription> subscribers_;
  std::size_t pieces_bytes_ = 0;
  std::uint64_t last_request_ = 0;
  /// Owner of each read on its way; 0: the recount.
  std::map<std::uint64_t, subscriber_id> reads_;

  std::deque<recount> recounts_;
  std::uint64_t untallied_ = 0;
  bool tick_armed_ = false;
  std::uint64_t corrections_ = 0;
};

} // namespace baseplate::bus
