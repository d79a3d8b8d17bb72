// The settings of a target outside, read from its JSON and checked as a whole. Pure.
// Errors: the first fault with a JSON Pointer; unknown members are faults. Threads: no state
// Not here: whether the address behind a name is public; that is known only when connecting
// (ip_range.hpp)
#pragma once

#include "messages/subscriber.hpp"

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace baseplate::outbound {

/// What every target over the network has.
struct connection_settings {
  std::string url;
  /// From the start of an attempt to its end, connecting included.
  std::uint32_t timeout_ms = 5000;
  /// Attempts at once; further ones wait.
  std::uint32_t concurrency = 64;
  /// True: the destination may be loopback, private, link-local, ...
  bool allow_private = false;
  /// PEM file of authorities to trust in place of the system's; empty: the system's.
  std::string ca_file;
};

struct http_settings {
  connection_settings connection;
  std::string method = "POST";
  std::vector<std::pair<std::string, std::string>> headers;
  /// True: the body is the event's detail alone; false: the whole envelope.
  bool detail_only = false;
  /// Signs with HMAC-SHA256 as Standard Webhooks do; empty: no signature.
  std::string secret;
};

enum class starttls_mode : std::uint8_t { never, optional, required };

struct smtp_settings {
  connection_settings connection;
  std::string from;
  std::string username;
  std::string password;
  starttls_mode starttls = starttls_mode::optional;
};

/// The settings of one target; which one says `kind`.
struct target_settings {
  target_kind kind = target_kind::log;
  http_settings http;
  smtp_settings smtp;
};

struct target_fault {
  std::string pointer;
  std::string reason;
};

/// Reads the settings of a target of `kind`. A group has none.
boost::system::result<target_settings, target_fault>
read_target_settings(target_kind kind, const boost::json::object& settings);

/// The same from JSON text; empty text is an empty object.
boost::system::result<target_settings, target_fault> read_target_settings(target_kind kind,
                                                                          std::string_view text);

/// True for a header name of RFC 9110 (a token), and for a value without control characters.
bool is_header_name(std::string_view name);
bool is_header_value(std::string_view value);

} // namespace baseplate::outbound
