// The gateway's way into the journal: no actor message per request, one wake-up per group commit.
#pragma once

#include "messages/journal.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace baseplate {

/// The end of one publish_request, in the order of durability.
struct publish_completion {
  /// As given to publish().
  std::uint64_t token = 0;
  /// none: durable, with [first, last]. Otherwise nothing was written.
  journal_error error = journal_error::none;
  sequence_number first = 0;
  sequence_number last = 0;
  std::string reason;
};

/// Takes completions. Called once per group commit, from the journal's thread: must not block nor
/// throw.
class completion_sink {
 public:
  virtual ~completion_sink() = default;
  virtual void complete(std::vector<publish_completion> completions) = 0;
};

/// Publishing without a mailbox hop. Thread-safe.
class journal_port {
 public:
  virtual ~journal_port() = default;

  /// Hands the batch over; exactly one completion with `token` reaches `sink`, also on refusal.
  /// Takes no more than the journal's byte limit: above it the answer is journal_error::overloaded.
  virtual void publish(event_batch batch, std::uint64_t token,
                       const std::shared_ptr<completion_sink>& sink)
      = 0;

  /// False: the journal takes no publishes (failed, draining). The reason is for /readyz.
  virtual bool ready(std::string* reason) const = 0;
};

} // namespace baseplate
