// What `--repair` does before the journal is opened: sets damaged bytes aside, keeps everything
// that checks out. A damaged place costs the records in it and nothing else: valid records behind
// it are kept, in a segment of their own that says that a repair lost what came before it. Cursors
// and states stay as they are; readers get a gap. Invariants: nothing is thrown away before it is
// in quarantine; a healthy log is not touched; repairing twice is the
//             same as once
#pragma once

#include "actors/journal/log_device.hpp"
#include "actors/journal/state_store.hpp"

#include <string>
#include <vector>

namespace baseplate::journal {

/// A range that is lost, and where its bytes are now.
struct repaired_range {
  std::string segment;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  /// Records and events lost; last < first: none.
  log_number first_lsn = 0;
  log_number last_lsn = 0;
  sequence_number first_sequence = 0;
  sequence_number last_sequence = 0;
  /// Empty: there were no bytes to keep.
  std::string quarantine;
};

/// A sentence for people.
std::string to_string(const repaired_range& x);

/// Repairs the log so that it opens with this store. Nothing else may use the two meanwhile.
/// @throws journal_open_error when the device or the store fails
std::vector<repaired_range> repair(log_device& device, const state_store& store, unix_ms now_ms);

} // namespace baseplate::journal
