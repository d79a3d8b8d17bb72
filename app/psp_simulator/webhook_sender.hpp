// Sends a payment's notices to the shop, one after the other, each signed when it is sent and
// repeated until 2xx. Bounded:  at most `webhooks_in_flight_max` requests at a time; what waits is
// a coroutine per unfinished payment. Threads:  those of its io_context, which must be one.
#pragma once

#include "app/psp_simulator/payment_ledger.hpp"
#include "app/psp_simulator/psp_simulator.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <unordered_set>

namespace baseplate::psp_simulator {

/// "http://host[:port][/path]" in parts.
struct webhook_target {
  std::string host;
  std::string port;
  std::string path;
};

/// nullopt: not an http:// URL.
std::optional<webhook_target> parse_webhook_url(std::string_view url);

class webhook_sender {
 public:
  /// @pre the options have a webhook_url that parses. All three outlive the sender's coroutines.
  webhook_sender(boost::asio::io_context& io, const psp_simulator_options& options,
                 payment_ledger& ledger);

  /// Sends what this payment still owes, unless that is under way.
  void owe(const std::string& payment_id);

 private:
  boost::asio::awaitable<void> run(std::string payment_id);
  boost::asio::awaitable<void> pause(std::int64_t ms);
  boost::asio::awaitable<void> acquire_slot();
  void release_slot();
  boost::asio::awaitable<bool> post(std::string body);

  boost::asio::io_context& io_;
  const psp_simulator_options& options_;
  payment_ledger& ledger_;
  webhook_target target_;
  std::unordered_set<std::string> running_;
  std::uint32_t free_slots_;
  /// Never expires; cancel_one() wakes the next in line.
  boost::asio::steady_timer slots_;
};

} // namespace baseplate::psp_simulator
