// The world around a simulated node: clients, the payment provider, mail and HTTP endpoints. It
// survives the node's crashes and remembers everything that was said to it. Holds no actor handle.
#pragma once

#include "app/psp_simulator/payment_ledger.hpp"
#include "messages/outbound.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace baseplate::simulation {

/// One attempt as a target saw it.
struct seen_attempt {
  std::string subscriber;
  sequence_number sequence = 0;
  std::string event_id;
  std::string idempotency_key;
  /// The outside did it, whether or not its answer arrived.
  bool done = false;
  /// Of the node; counts crashes.
  std::uint32_t incarnation = 0;
};

/// A webhook that the provider owes.
struct owed_webhook {
  std::string body;
};

struct outside {
  explicit outside(std::uint64_t seed);

  /// Takes an attempt; decides by chance what becomes of it: done, refused for now, or done with
  /// its answer lost.
  attempt_result take(const attempt& x, const std::string& subscriber, std::uint32_t incarnation,
                      unix_ms now);

  /// Authorised or not, as the provider decided; nullopt: it never heard of the order.
  std::optional<bool> authorised(const std::string& order_id) const;

  std::mt19937_64 random;
  std::vector<seen_attempt> attempts;
  std::deque<owed_webhook> webhooks;
  psp_simulator::payment_ledger provider;
  /// message id → how often a mail server took it.
  std::map<std::string, std::uint32_t> mails;
  /// Ids of events that some client was told are durable.
  std::set<std::string> acknowledged;
  /// Ids of all events that clients ever sent.
  std::set<std::string> sent;
  /// Chance that an attempt fails, in percent; 0 once the faults are over.
  unsigned failing_percent = 10;

 private:
  int ask_provider(const std::string& path, const attempt& x, unix_ms now);

  bool chance(unsigned percent) { return random() % 100 < percent; }
};

} // namespace baseplate::simulation
