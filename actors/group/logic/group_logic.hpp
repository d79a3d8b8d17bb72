// The contract of a domain group: a pure step over one key's state. The framework (group_actor)
// does all else. Pure: no actor, no clock, no I/O; the same inputs give the same outputs, so a step
// may be repeated at will. Guarantees: steps of one key run in order; the effects of an event land
// once, in one commit, or not at all. Errors: a step that throws crashes the incarnation; after N
// crashes (default 3) the event is quarantined.
#pragma once

#include "messages/event.hpp"
#include "messages/identity.hpp"

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace baseplate::group {

/// An event as a step sees it. Views and elements are valid during the call only.
struct event_view {
  sequence_number sequence = 0;
  /// When the node took it: the time to trust. Client clocks are not.
  unix_ms ingested_at_ms = 0;
  std::string_view id;
  std::string_view source;
  std::string_view detail_type;
  std::string_view time;
  /// The whole envelope's JSON, with simdjson's padding readable behind it.
  std::string_view envelope;
  /// Parses on demand; never null.
  simdjson::dom::parser* parser = nullptr;

  /// The event's `detail`. Parsed when it is first asked for: who needs only the fields above pays
  /// nothing. Throws std::runtime_error when the bytes are damaged: the journal holds no such
  /// event.
  simdjson::dom::element detail() const { return document()["detail"]; }

  /// The envelope's `extensions` as JSON text, or empty: trace context goes on to what a step
  /// emits.
  std::string extensions() const;

  /// The whole envelope, parsed. Throws as `detail()` does.
  simdjson::dom::element document() const;

 private:
  mutable std::optional<simdjson::dom::element> document_;
};

/// A timer of this key came due.
struct timer_view {
  std::string_view name;
  unix_ms due_ms = 0;
  bool event_time = false;
};

/// What a step sees. Exactly one of `event` and `timer` is set.
struct step_input {
  std::string_view key;
  /// The key's state as its group encoded it; null: none yet.
  const std::string* state = nullptr;
  const event_view* event = nullptr;
  const timer_view* timer = nullptr;
  /// Wall time: of the event its ingestion, of a timer the time of firing. Not a reading of a
  /// clock.
  unix_ms now_ms = 0;
};

/// An event to publish on the group's bus. Its id follows from (group, sequence or timer,
/// position): a repeat is the same.
struct emitted_event {
  std::string source;
  std::string detail_type;
  /// JSON object text.
  std::string detail;
  /// The bus by name; empty: the group's own.
  std::string bus;
};

struct timer_set {
  /// Unique within the key; setting it again moves it.
  std::string name;
  unix_ms due_ms = 0;
  /// True: due in event time, against the group's watermark.
  bool event_time = false;
};

struct step_reply {
  /// The event's id that a client waits with.
  std::string correlation;
  int status = 200;
  std::string body;
};

enum class state_effect : std::uint8_t { keep, replace, erase };

/// What a step decided; all of it lands in one commit.
struct step_output {
  state_effect effect = state_effect::keep;
  /// With `replace`: the key's whole new state. At most state_bytes_max.
  std::string state;
  std::vector<emitted_event> events;
  std::vector<timer_set> timers_set;
  /// Names of timers to cancel; unknown ones are ignored. `erase` cancels all.
  std::vector<std::string> timers_cleared;
  std::vector<step_reply> replies;
};

/// Bytes of one key's state at most; above it the step counts as a crash with that reason.
inline constexpr std::size_t state_bytes_max = 256 * 1024;

/// A domain group: what it listens to, how its events fall into keys, and its step.
class group_logic {
 public:
  virtual ~group_logic() = default;

  /// Of the group and its subscriber.
  virtual std::string_view name() const = 0;

  /// Event pattern (JSON text, exact values) of what it takes from its bus.
  virtual std::string pattern() const = 0;

  /// The key that the event belongs to; nullopt: the event is none of ours after all and is
  /// skipped.
  virtual std::optional<std::string> key_of(const event_view& event) const = 0;

  /// Event time of this event if it is to be processed in event time (imported history); else
  /// nullopt. Timers due in event time up to (highest event time - lateness) fire before the
  /// event's step.
  virtual std::optional<unix_ms> event_time_of(const event_view&) const { return std::nullopt; }

  /// How much events may be late in event time.
  virtual unix_ms lateness_ms() const { return 0; }

  /// May throw: that is a crash of the group.
  virtual step_output step(const step_input& input) const = 0;
};

} // namespace baseplate::group
