// What reaches the journal: an actor's message, or the gateway's publish without a message.
#pragma once

#include "messages/caf/type_ids.hpp"
#include "messages/journal.hpp"
#include "messages/journal_port.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace baseplate::journal {

/// A publish that came by the port.
struct port_publish {
  event_batch batch;
  std::uint64_t token = 0;
  std::shared_ptr<completion_sink> sink;
  /// Not none: it was refused at the door; the journal's thread only says so.
  journal_error refused = journal_error::none;
  std::string reason;
};

struct request {
  /// Of an actor's message.
  caf::strong_actor_ptr sender;
  caf::message content;
  /// Set: a publish by the port, and the two above are empty.
  std::unique_ptr<port_publish> port;
  /// About the memory that it holds, for limits.
  std::size_t bytes = 0;
};

/// About the bytes that a message holds and will take in the log.
std::size_t size_of(const caf::message& content);

/// Sends `content` without a sender. A null receiver is ignored.
void tell(const caf::strong_actor_ptr& to, caf::message content);

template <class T>
void tell(const caf::strong_actor_ptr& to, T content) {
  tell(to, caf::make_message(std::move(content)));
}

} // namespace baseplate::journal
