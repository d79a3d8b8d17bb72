// Whole HTTP requests made beforehand, so that a load client only has to send bytes.
// Threads: values, immutable once built.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::bench {

struct request_options {
  std::string host;
  /// Entries of one PutEvents request, 1 to 10.
  std::size_t events_per_request = 10;
  /// EventBusName; empty: left out.
  std::string bus;
  /// Requests to make at most; the client goes round.
  std::size_t requests_max = 10'000;
};

/// PutEvents requests from JSON Lines of EventBridge envelopes ("source", "detail-type", "detail"),
/// in order. Throws std::runtime_error with the line's number when a line is not one.
std::vector<std::string> make_put_events_requests(std::string_view json_lines,
                                                  const request_options& options);

/// An answer at the front of `received`.
struct answer_view {
  /// False: more bytes are needed; then nothing else is set.
  bool complete = false;
  /// True: these bytes are no HTTP answer with a length.
  bool malformed = false;
  int status = 0;
  std::string_view body;
  /// Bytes of `received` that the answer takes.
  std::size_t size = 0;
  /// The server will close the connection after this answer.
  bool closes = false;
};

/// Reads one answer with Content-Length. Pure.
answer_view read_answer(std::string_view received);

} // namespace baseplate::bench
