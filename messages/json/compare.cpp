#include "messages/json/compare.hpp"

#include <algorithm>

namespace baseplate {

bool same(const chunk_ptr& a, const chunk_ptr& b) {
  if (a == b)
    return true;
  if (!a || !b || a->first_sequence() != b->first_sequence()
      || a->last_sequence() != b->last_sequence())
    return false;
  return std::equal(a->events().begin(), a->events().end(), b->events().begin(), b->events().end(),
                    [&](const event_ref& x, const event_ref& y) {
                      return x.sequence == y.sequence && x.ingested_at_ms == y.ingested_at_ms
                             && x.bus == y.bus && a->envelope(x) == b->envelope(y);
                    });
}

} // namespace baseplate
