// The documents of a configuration after merging the overlay, and where each member came from.
// Pure. Threads: values.
#pragma once

#include "app/config.hpp"
#include "app/config/object_reader.hpp"

#include <boost/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace baseplate::app {

/// One merged document: what a file says, changed by the overlay's part for it.
struct merged_document {
  boost::json::value value;
  std::string path;
  /// Absent if the overlay has no part for this document.
  boost::json::value overlay_part;
  std::string overlay_path;
  /// Where that part stands in the overlay: "/node", "/squads/checkout".
  std::string overlay_pointer;
  fault_list faults;

  /// The fault with the file and the pointer that a person has to look at: the overlay's if it set
  /// the member.
  config_error locate(const text_fault& fault) const;
};

struct merged_documents {
  merged_document node;
  std::vector<std::pair<std::string, merged_document>> squads;
  /// Faults of syntax and of the overlay's own shape.
  std::vector<config_error> errors;
};

merged_documents merge_documents(const config_sources& sources);

/// The value with everything that looks like a secret in place of its text: for logs.
boost::json::value redacted(const boost::json::value& value);

} // namespace baseplate::app
