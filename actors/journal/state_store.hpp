// The seam under the state: a sorted map that takes whole sorted batches, each one atomically and
// durably. Contract:   after ingest() returned ok the batch survives a crash; if it did not, the
// store is as before it. Threads:    get and scan from any thread, also during an ingest; ingest
// from one thread at a time. Errors:     nothing throws.
#pragma once

#include "actors/journal/logic/overlay.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace baseplate::journal {

struct store_result {
  /// Empty: all is well.
  std::string error;
  /// With an error: it was for want of space.
  bool full = false;

  bool ok() const { return error.empty(); }
};

class state_store {
 public:
  virtual ~state_store() = default;

  /// Sets `out` to the value, or to nothing.
  virtual store_result get(std::string_view key, std::optional<std::string>& out) const = 0;

  /// Visits the rows whose keys begin with `prefix` and are not below `from`, in order, until
  /// `visit` says false.
  virtual store_result
  scan(std::string_view prefix, std::string_view from,
       const std::function<bool(std::string_view, std::string_view)>& visit) const = 0;

  /// Takes rows until `next` says false; keys must rise strictly. An absent value erases.
  virtual store_result ingest(const std::function<bool(row_view&)>& next) = 0;
};

} // namespace baseplate::journal
