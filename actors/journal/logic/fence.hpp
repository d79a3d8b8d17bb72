// Decides whether the journal takes a commit or an acknowledgement: compare-and-append on epoch and
// cursor. This alone makes effects single: a repeated step, a second incarnation or a zombie is
// refused here. Threads: pure
#pragma once

#include "messages/journal.hpp"

namespace baseplate::journal {

/// Where a subscriber stands as of the last appended record.
struct fence_state {
  /// 0: never opened.
  std::uint64_t epoch = 0;
  sequence_number cursor = 0;
};

/// What a commit or an acknowledgement claims.
struct fence_claim {
  std::uint64_t epoch = 0;
  sequence_number before = 0;
  sequence_number after = 0;
};

/// none, or why not: unknown_name (`state` null), stale_epoch, cursor_mismatch. The last one also
/// when the cursor would move backwards or beyond `head`, the last sequence given out.
journal_error check_fence(const fence_state* state, const fence_claim& claim,
                          sequence_number head) noexcept;

} // namespace baseplate::journal
