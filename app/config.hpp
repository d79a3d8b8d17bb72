// What a node is told at start: node options, buses, subscribers, groups. Read from a directory,
// checked as a whole. Spec:       config/README.md documents every key. Invariants: a node_config
// exists only if no file had a fault; unknown keys are faults; secrets never reach
//             `effective_json`, subscriber_spec or an error text.
// Threads:    values; parse_config is pure and may run anywhere. load_config reads files.
// Not here:   what the options mean (the groups), and wiring them (wiring.hpp).
#pragma once

#include "messages/subscriber.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::app {

/// Certificate and key of the HTTP server, as PEM files.
struct tls_config {
  std::string certificate_file;
  std::string private_key_file;
};

/// The node's only listener.
struct http_config {
  /// Address to bind. Default: this machine only.
  std::string host = "127.0.0.1";
  /// 0: any free port (printed at start, for tests).
  std::uint16_t port = 8080;
  /// Request line and headers, bytes, 1 KiB to 1 MiB; more is answered with 431.
  std::uint32_t header_bytes_max = 16 * 1024;
  /// Body, bytes, 1 KiB to 64 MiB; more is answered with 413.
  std::uint32_t body_bytes_max = 8 * 1024 * 1024;
  /// Nesting of JSON bodies, 4 to 512; deeper is answered with 400.
  std::uint32_t json_depth_max = 64;
  /// Open connections, 1 to 100000; further ones are answered with 503 and closed.
  std::uint32_t connections_max = 4096;
  /// Requests of one connection in work at once, 1 to 1024; then reading pauses.
  std::uint32_t pipelined_requests_max = 64;
  /// From the first byte of a request to its end; a slower client is cut off with 408.
  std::chrono::milliseconds request_timeout{15'000};
  /// Silence between requests before the connection is closed.
  std::chrono::milliseconds idle_timeout{75'000};
  /// For the client to take an answer or a piece of a stream; then the connection is closed.
  std::chrono::milliseconds write_timeout{30'000};
  /// How long a route may wait for its group's reply before 504.
  std::chrono::milliseconds reply_timeout{10'000};
  /// Absent: plain HTTP.
  std::optional<tls_config> tls;
};

/// How the log and the state store behave. Defaults are those of the measured design.
struct journal_config {
  /// Bytes of one segment file, 1 MiB to 1 GiB.
  std::uint64_t segment_bytes = 64 * 1024 * 1024;
  /// Log bytes after which a checkpoint is made, 1 MiB to 16 GiB. Larger: longer recovery, less
  /// writing.
  std::uint64_t checkpoint_log_bytes = 256 * 1024 * 1024;
  /// Changed keys after which a checkpoint is made, 1000 to 50 million.
  std::uint64_t checkpoint_dirty_keys = 2'000'000;
  /// Longest time without a checkpoint while there is something to keep, 1 s to 1 h.
  std::chrono::milliseconds checkpoint_interval{30'000};
  /// Bytes waiting to be written above which publishes are refused with 429, 1 MiB to 4 GiB.
  std::uint64_t pending_bytes_max = 64 * 1024 * 1024;
  /// Bytes of the log's end kept in memory for subscribers that keep up, 1 MiB to 4 GiB.
  std::uint64_t ring_bytes = 64 * 1024 * 1024;
  /// Quarantine a damaged segment at start instead of refusing. From --repair, never from a file.
  bool repair = false;
};

/// OTP restart intensity of every supervisor, and the back-off between restarts.
struct supervision_config {
  /// Restarts within `period` that are still tolerated, 0 to 1000; one more escalates.
  std::uint32_t intensity = 5;
  std::chrono::milliseconds period{10'000};
  /// First wait before a restart; each further one doubles up to the maximum, with jitter.
  std::chrono::milliseconds backoff_min{50};
  std::chrono::milliseconds backoff_max{5'000};
};

enum class log_format : std::uint8_t { text, json };

struct log_config {
  /// trace, debug, info, warn, error, critical or off.
  std::string level = "info";
  log_format format = log_format::text;
  /// Levels of single loggers (a group's name) that differ from `level`.
  std::vector<std::pair<std::string, std::string>> levels;
};

/// A domain group that this node runs.
struct group_config {
  std::string name;
  /// The squad whose file declares it.
  std::string squad;
  std::string bus = "default";
  start_position start = start_position::latest;
  unix_ms start_time_ms = 0;
  lag_policy lag = lag_policy::hold;
  bool paused = false;
  /// Events out from the bus and not yet durable, 1 to 65536: bounds the inbox.
  std::uint32_t credit_events = 4096;
  /// Crashes by the same event after which it is quarantined, 1 to 100.
  std::uint32_t quarantine_after = 3;
  /// Commits on their way at most, 1 to 16.
  std::uint32_t commits_in_flight_max = 2;
  /// Events in one commit at most, 1 to 65536.
  std::uint32_t batch_events_max = 2048;
  /// Key states kept in memory, 16 to 10 million.
  std::uint32_t cached_keys_max = 200'000;
  /// Event time without new events, in wall time, after which the watermark moves on; 1 s to 30
  /// days.
  std::chrono::milliseconds watermark_idle{30 * 60 * 1000};
  /// The group's own options, secrets filled in: never print it. The group parses it.
  boost::json::object options;
};

/// A subscriber with a target outside.
struct subscriber_config {
  /// What is journaled and shown: `target_json` holds references in place of secrets.
  subscriber_spec spec;
  /// The squad whose file declares it.
  std::string squad;
  /// The target's settings with secrets filled in: never print or journal it.
  boost::json::object target;
};

struct node_config {
  /// The overlay's name, or empty.
  std::string environment;
  std::string data_dir = "data";
  /// Stamped into envelopes.
  std::string account = "000000000000";
  std::string region = "local";
  http_config http;
  journal_config journal;
  supervision_config supervision;
  log_config log;
  /// From SIGTERM to exit at the latest, 100 ms to 10 min.
  std::chrono::milliseconds drain_timeout{15'000};
  /// Always holds "default" and "baseplate.system", first.
  std::vector<bus_spec> buses;
  std::vector<subscriber_config> subscribers;
  std::vector<group_config> groups;
  /// The merged documents as JSON text for one log line at start; secrets are references.
  std::string effective_json;
};

/// One fault of a configuration.
struct config_error {
  /// As given: "config/squads/checkout.json". Empty for faults of no single file.
  std::string file;
  /// JSON Pointer into that file; empty: the document.
  std::string pointer;
  std::string reason;
};

/// "file: pointer: reason".
std::string to_string(const config_error& x);

/// One file, already read.
struct config_file {
  std::string path;
  std::string text;
};

/// The files of a configuration directory.
struct config_sources {
  /// baseplate.json; absent: defaults.
  std::optional<config_file> node;
  /// squads/NAME.json by name.
  std::vector<std::pair<std::string, config_file>> squads;
  /// environments/NAME.json, if one was asked for.
  std::optional<config_file> overlay;
  std::string environment;
};

/// A fault that a group or target found in its own options, relative to them.
struct option_fault {
  std::string pointer;
  std::string reason;
};

/// How parse_config asks those who know better. An empty function checks nothing.
struct config_checks {
  /// The secret behind {"env": NAME} or {"file": PATH}; nullopt when there is none.
  std::function<std::optional<std::string>(std::string_view kind, std::string_view name)> secret;
  /// Faults in a group's options; also says if there is no such group (pointer empty).
  std::function<std::vector<option_fault>(std::string_view group, const boost::json::object&)>
      group_options;
  /// Faults in a target's settings ("kind" taken out).
  std::function<std::vector<option_fault>(target_kind, const boost::json::object&)> target;
  /// Faults in an event pattern.
  std::function<std::vector<option_fault>(std::string_view pattern_json)> pattern;
};

/// A configuration, or all its faults: `errors` is empty exactly if `config` may be used.
struct config_result {
  node_config config;
  std::vector<config_error> errors;
};

/// Merges, checks and converts. Pure but for what `checks` does; never throws on bad input.
/// Limits: 4 MiB a file, 32 levels, 1000 squads, 10000 subscribers.
config_result parse_config(const config_sources& sources, const config_checks& checks);

/// Reads baseplate.json, squads/*.json and environments/`environment`.json below `directory`.
/// An empty directory name gives defaults. Faults of reading are added to `errors`.
config_sources read_config_sources(const std::string& directory, const std::string& environment,
                                   std::vector<config_error>& errors);

/// Both of the above, with secrets from the environment and from files.
config_result load_config(const std::string& directory, const std::string& environment,
                          config_checks checks);

} // namespace baseplate::app
