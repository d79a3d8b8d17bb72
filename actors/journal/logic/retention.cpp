#include "actors/journal/logic/retention.hpp"

namespace baseplate::journal {

std::size_t count_removable(const retention_input& in) {
  if (in.segments.empty())
    return 0;
  std::map<bus_id, std::uint64_t> bytes_from_here;
  for (const auto& segment : in.segments)
    for (const auto& [bus, share] : segment.buses)
      bytes_from_here[bus] += share.bytes;
  std::size_t count = 0;
  for (; count + 1 < in.segments.size(); ++count) {
    const auto& segment = in.segments[count];
    if (segment.last_lsn > in.checkpointed_lsn || segment.last_sequence > in.hold)
      break;
    auto free = true;
    for (const auto& [bus, share] : segment.buses) {
      auto& behind = bytes_from_here[bus];
      behind -= share.bytes;
      auto limits = in.buses.find(bus);
      if (limits == in.buses.end())
        continue; // no such bus any more: nobody can ask for its events
      const auto& x = limits->second;
      auto by_age
          = x.age_s != 0 && (in.now_ms - segment.newest_ms) / 1000 > static_cast<unix_ms>(x.age_s);
      auto by_bytes = x.bytes != 0 && behind >= x.bytes;
      free = free && (by_age || by_bytes);
    }
    if (!free)
      break;
  }
  return count;
}

} // namespace baseplate::journal
