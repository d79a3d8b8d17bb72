#include "actors/journal/logic/fence.hpp"

namespace baseplate::journal {

journal_error check_fence(const fence_state* state, const fence_claim& claim,
                          sequence_number head) noexcept {
  if (state == nullptr)
    return journal_error::unknown_name;
  if (state->epoch == 0 || claim.epoch != state->epoch)
    return journal_error::stale_epoch;
  if (claim.before != state->cursor || claim.after < claim.before || claim.after > head)
    return journal_error::cursor_mismatch;
  return journal_error::none;
}

} // namespace baseplate::journal
