// JSON text of a configuration file to a value, stricter than the parser: a member given twice is a
// fault. Pure. Limits: 32 levels. Threads: any.
#pragma once

#include "messages/json/pointer.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace baseplate::app {

/// A fault in a file's text.
struct text_fault {
  /// JSON Pointer, or empty when the text is no JSON at all.
  std::string pointer;
  std::string reason;
};

struct parsed_text {
  /// Null when the text is no JSON.
  boost::json::value value;
  std::vector<text_fault> faults;
};

/// Parses; a syntax error is reported with line and column, each repeated member with its pointer.
parsed_text parse_json_text(std::string_view text);

/// RFC 7386: members of `patch` replace those of `target`, null removes, objects merge.
void merge_patch(boost::json::value& target, const boost::json::value& patch);

} // namespace baseplate::app
