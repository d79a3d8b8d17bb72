// The transport to targets outside: takes attempts, makes HTTP calls and SMTP sessions with
// libcurl, answers each exactly once. One thread runs all transfers (curl_multi), behind an actor
// handle whose enqueue only pushes to a queue. Invariants: an attempt is answered within its
// destination's timeout, plus the time it waited for a free place; at most
//             `concurrency` attempts of a destination run at once, at most queue_max wait; no
//             redirect is followed; certificates are verified; without allow_private nothing but
//             public addresses is connected to, whatever DNS says
// Threads:    one of its own, from spawn to exit
// Ends:       on an exit message or when the last handle is gone; transfers on their way are then
// dropped unanswered
#pragma once

#include "messages/caf/interfaces/transport.hpp"
#include "messages/identity.hpp"
#include "messages/subscriber.hpp"

#include <caf/fwd.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace baseplate::outbound {

/// Where the attempts of a subscriber go.
struct destination {
  subscriber_id subscriber = 0;
  /// Of the subscriber, for logs.
  std::string name;
  target_kind kind = target_kind::http;
  /// JSON object with secrets filled in (logic/target_settings.hpp); empty: none. Never logged.
  std::string settings;
};

/// Counted since the start; shared with who exports them.
struct transport_stats {
  std::atomic<std::uint64_t> delivered{0};
  std::atomic<std::uint64_t> retry{0};
  std::atomic<std::uint64_t> rejected{0};
  std::atomic<std::uint64_t> in_flight{0};
  std::atomic<std::uint64_t> queued{0};
};

struct transport_options {
  /// Attempts of one destination that may wait for a free place; further ones are answered `retry`
  /// at once.
  std::uint32_t queue_max = 4096;
  /// Connections at once over all destinations.
  std::uint32_t connections_max = 1024;
  /// Idle connections that are kept for the next attempt.
  std::uint32_t idle_connections_max = 256;
  /// May be null.
  std::shared_ptr<transport_stats> stats;
};

/// Starts the thread. @throws std::invalid_argument when a destination's settings are not valid;
/// the text says which and why
transport_actor spawn_curl_transport(caf::actor_system& system, transport_options options,
                                     std::vector<destination> destinations, wall_clock now);

} // namespace baseplate::outbound
