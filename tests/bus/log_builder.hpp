// A log in memory for tests of the bus: makes chunks, gives them back as the journal's reader
// would, forgets the oldest.
#pragma once

#include "messages/chunk.hpp"
#include "messages/journal.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace baseplate::test {

struct logged_event {
  bus_id bus = 1;
  std::string envelope;
};

class log_builder {
 public:
  /// Appends events; the chunk is what log_appended carries.
  chunk_ptr append(const std::vector<logged_event>& events) {
    const auto first = head() + 1;
    events_.insert(events_.end(), events.begin(), events.end());
    return read(first, 1 << 30);
  }

  /// `n` events of one bus with {"source":source,"n":sequence}.
  chunk_ptr append(std::size_t n, const std::string& source = "shop", bus_id bus = 1) {
    std::vector<logged_event> events;
    for (std::size_t i = 1; i <= n; ++i)
      events.push_back(
          {bus, R"({"source":")" + source + R"(","n":)" + std::to_string(head() + i) + "}"});
    return append(events);
  }

  /// What retention leaves: nothing below `sequence` can be read any more.
  void forget_below(sequence_number sequence) { oldest_ = std::max(oldest_, sequence); }

  /// About `bytes_max` bytes from `from` on, at least one event if there is one.
  chunk_ptr read(sequence_number from, std::size_t bytes_max) const {
    const auto first = std::max(from, oldest_);
    std::string bytes;
    std::vector<event_ref> refs;
    for (auto s = first; s <= head() && (bytes.empty() || bytes.size() < bytes_max); ++s) {
      const auto& x = events_[s - 1];
      refs.push_back({s, 1'700'000'000'000 + static_cast<unix_ms>(s), x.bus,
                      static_cast<std::uint32_t>(bytes.size()),
                      static_cast<std::uint32_t>(x.envelope.size())});
      bytes += x.envelope;
    }
    const auto last = refs.empty() ? first - 1 : refs.back().sequence;
    return std::make_shared<const chunk>(std::move(bytes), std::move(refs), first, last);
  }

  sequence_number head() const { return events_.size(); }

  const logged_event& at(sequence_number sequence) const { return events_[sequence - 1]; }

 private:
  std::vector<logged_event> events_;
  sequence_number oldest_ = 1;
};

} // namespace baseplate::test
