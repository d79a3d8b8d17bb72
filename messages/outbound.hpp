// What a target subscriber and the transports say to each other: one attempt, one answer.
// A transport (HTTP, SMTP) is an actor handle that takes `attempt` and answers the sender with
// `attempt_result`.
#pragma once

#include "messages/chunk.hpp"
#include "messages/identity.hpp"

#include <boost/describe.hpp>

#include <string>

namespace baseplate {

/// How a target answered, as far as the retry decision needs it.
enum class attempt_outcome : std::uint8_t {
  /// Done; never again.
  delivered = 0,
  /// Try again later (429, 5xx, connection errors, timeouts, SMTP 4xx).
  retry = 1,
  /// Will never work (other 4xx, SMTP 5xx, malformed event): dead letter.
  rejected = 2,
};
BOOST_DESCRIBE_ENUM(attempt_outcome, delivered, retry, rejected)

/// Deliver this event now. The transport answers exactly once, within its own timeout.
struct attempt {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  sequence_number sequence = 0;
  /// 1 for the first.
  std::uint32_t number = 1;
  /// The same for every attempt of this event to this subscriber: "<subscriber name>-<sequence>".
  std::string idempotency_key;
  chunk_ptr chunk;
  /// Index into chunk->events().
  std::uint32_t event = 0;
};
BOOST_DESCRIBE_STRUCT(attempt, (),
                      (subscriber, epoch, sequence, number, idempotency_key, chunk, event))

struct attempt_result {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  sequence_number sequence = 0;
  attempt_outcome outcome = attempt_outcome::retry;
  /// HTTP or SMTP status; 0 when there was no answer.
  std::int32_t status = 0;
  /// The server's Retry-After in ms; 0: none.
  std::int64_t retry_after_ms = 0;
  /// For logs and dead letters; no secrets.
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(attempt_result, (),
                      (subscriber, epoch, sequence, outcome, status, retry_after_ms, reason))

} // namespace baseplate
