// `baseplate put`: sends the lines of a file to a node as events.
// Delivery: at least once. Every event gets an id before it is sent; a batch whose answer was lost
// is sent again with
//           the same ids, so that a doubled event is recognisable by its id.
// Order:    as in the file with one connection; with several, batches overtake one another.
#pragma once

#include "app/client/http_client.hpp"
#include "app/client/line_form.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace baseplate::app {

struct put_options {
  client_options client;
  /// "-": stdin.
  std::string file = "-";
  line_options lines;
  /// Events in a request at most, 1 to 10000; and about batch_bytes_max bytes.
  std::size_t batch_events = 500;
  std::size_t batch_bytes_max = 1024 * 1024;
  /// Requests at once, 1 to 256.
  std::size_t connections = 1;
  /// Events per second at most; 0: as fast as the node takes them.
  double rate = 0;
  /// How long to try again without any success before giving up, in ms.
  std::int64_t retry_for_ms = 60'000;
  bool json = false;
  bool quiet = false;
};

/// Runs it; returns the exit code. Progress goes to stderr, the summary to stdout.
int run_put(const put_options& options);

} // namespace baseplate::app
