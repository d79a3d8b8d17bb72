#include "messages/journal.hpp"

#include "messages/assert.hpp"

namespace baseplate {

const char* to_string(journal_error x) noexcept {
  switch (x) {
  case journal_error::none:
    return "none";
  case journal_error::stale_epoch:
    return "stale_epoch";
  case journal_error::cursor_mismatch:
    return "cursor_mismatch";
  case journal_error::unknown_name:
    return "unknown_name";
  case journal_error::storage_full:
    return "storage_full";
  case journal_error::storage_failed:
    return "storage_failed";
  case journal_error::overloaded:
    return "overloaded";
  case journal_error::stopping:
    return "stopping";
  case journal_error::invalid_declaration:
    return "invalid_declaration";
  }
  // A number of a later release, from another node.
  return "unknown";
}

} // namespace baseplate
