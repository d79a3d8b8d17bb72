// What a line of a JSON Lines file is, and the record that POST /v1/events takes for it.
//   EventBridge envelope or native record   {"source":..,"detail-type":..,"detail":{..},...}
//   PutEvents entry                         {"Source":..,"DetailType":..,"Detail":"{..}",...}
//   streaming form                          {"meta_data":{..},"data":{..}}: the line is the detail
//   any other object, if both --source and --detail-type are given: the line is the detail
// Invariants: `detail` keeps the bytes of the line (but for line feeds between tokens of a
// PutEvents Detail). Pure. Threads: one at a time (it reuses its parsers).
#pragma once

#include <boost/system/result.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace baseplate::app {

/// What the command line says about all lines. Empty: not said.
struct line_options {
  /// For lines that name none themselves; the streaming form otherwise takes meta_data.site_id.
  std::string source;
  /// Likewise; the streaming form otherwise takes meta_data.event_type.
  std::string detail_type;
  /// Wins over the bus that a line names.
  std::string bus;
};

struct line_fault {
  /// JSON Pointer into the line.
  std::string pointer;
  std::string reason;
};

class line_reader {
 public:
  /// `make_id` gives the id of an event that has none.
  line_reader(line_options options, std::function<std::string()> make_id);
  ~line_reader();
  line_reader(line_reader&&) noexcept;

  /// One line of NDJSON without its line feed, or the first fault.
  boost::system::result<std::string, line_fault> read(std::string_view line);

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

} // namespace baseplate::app
