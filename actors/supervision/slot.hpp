// A child's stable address: an actor handle that stays the same while incarnations come and go. It
// has no mailbox: enqueue() runs in the sender's thread and hands the message on, sender and
// request id untouched, so that answers go straight to the one who asked. Invariants: messages of
// one sender keep their order across a restart; at most
//             parked_messages_max messages wait; monitors of a slot see `down` only when it closes;
//             a message is forwarded, parked, answered with an error, or dropped and counted. One
//             that a sender has in its hand while the child ends may be lost, as with any actor.
// Threads:    all functions may run concurrently. A slot's lock is held while parked messages are
//             handed to a new child, never while a sender runs code of its own.
// Not here:   when to bind, park or close (supervisor.hpp)
#pragma once

#include "actors/supervision/errors.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>
#include <caf/monitorable_actor.hpp>

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

namespace baseplate::supervision {

struct slot_options {
  /// For logs.
  std::string name = "slot";
  /// Messages kept while there is no child, 0 to 1,000,000. A request beyond it is answered with
  /// supervision_error::parking_full; any other message is dropped and counted.
  std::uint32_t parked_messages_max = 1024;
};

struct slot_counters {
  /// Waiting now.
  std::uint64_t parked = 0;
  /// Messages that nobody waits for and that no child got, since the slot was made.
  std::uint64_t dropped = 0;
  /// Requests answered with an error by the slot, since it was made.
  std::uint64_t refused = 0;
};

/// Made by make_slot(); driven by the supervisor of the child.
///
/// | state   | message                        | request                       | exit message |
/// |---------|--------------------------------|-------------------------------|--------------|
/// | bound   | to the child                   | to the child                  | to the child |
/// | parking | kept, beyond the limit dropped | kept, beyond it parking_full  | dropped      |
/// | vacant  | dropped                        | child_ended                   | dropped      |
/// | closed  | dropped                        | child_ended                   | dropped      |
///
/// A slot begins parking. If the child dies it parks at once, before its supervisor knows.
class slot final : public caf::monitorable_actor {
 public:
  slot(caf::actor_config& config, slot_options options);

  const char* name() const override { return options_.name.c_str(); }

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override;

  void on_destroy() override;

  /// Forwards to `child` from now on, parked messages first. Nothing happens on a closed slot.
  void bind(const caf::actor& child);

  /// Keeps messages for the next child.
  void park();

  /// There will be no child until the next bind(). Parked requests are answered, the rest dropped.
  void vacate();

  /// Ends the slot: as vacate(), and monitors see `down` with `reason`. A second call does nothing.
  void close(caf::error reason);

  slot_counters counters() const;

 private:
  enum class mode : std::uint8_t { parking, bound, vacant, closed };

  /// Parks if `child` is still the one.
  void on_child_down(const caf::actor_addr& child);

  /// Answers a request with `error`, drops anything else, and counts.
  void refuse(caf::mailbox_element_ptr what, supervision_error error);

  void refuse_all(std::deque<caf::mailbox_element_ptr> messages);

  const slot_options options_;
  /// Recursive: a child that is dead already answers parked requests while they are handed over,
  /// and the answer may come back here.
  mutable std::recursive_mutex mutex_;
  mode mode_ = mode::parking;
  caf::strong_actor_ptr child_;
  std::deque<caf::mailbox_element_ptr> parked_;
  std::uint64_t dropped_ = 0;
  std::uint64_t refused_ = 0;
};

/// A new slot without a child. It ends when it is closed or its last handle is gone.
caf::actor make_slot(caf::actor_system& system, slot_options options = {});

/// The slot behind the handle. @pre the handle came from make_slot()
slot& slot_of(const caf::actor& handle);

} // namespace baseplate::supervision
