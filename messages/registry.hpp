// Every message by its name: for `baseplate schema TYPE`, the start-up self-test and the documents
// the node serves. Threads: immutable.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace baseplate {

struct message_type {
  /// The C++ struct's name: "commit", "order_placed", "payment_event".
  std::string_view name;
  /// Of a domain event, its `detail-type`: "payment"; else empty.
  std::string_view event;
  /// JSON Schema 2020-12 of the message; of a domain event, of its `detail`.
  boost::json::object (*schema)();
  /// A readable example that the schema takes.
  boost::json::object (*sample)();
  /// Takes arbitrary values, made from the seed, to JSON and back, as value and as text.
  /// What went wrong, or nothing.
  std::optional<std::string> (*round_trip)(std::uint64_t seed);
};

/// In the order of the README's table. Names are unique.
std::span<const message_type> all_message_types();

/// By the struct's name or an event's detail-type; null: there is none.
const message_type* find_message_type(std::string_view name);

} // namespace baseplate
