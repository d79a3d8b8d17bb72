#include "actors/gateway/logic/live_stream.hpp"

#include "actors/gateway/logic/sse.hpp"
#include "messages/event.hpp"

namespace baseplate::gateway {

live_stream::live_stream(live_stream_settings settings) : settings_(std::move(settings)) {
  append_json_string(bus_json_, settings_.bus);
}

void live_stream::begin(const live_subscribed& answer) {
  subscriber_ = answer.subscriber;
  done_ = answer.position;
  head_ = answer.head;
  begun_ = true;
}

void live_stream::add(portion next) {
  if (!finished_)
    waiting_.push_back(std::move(next));
}

bool live_stream::empty() const {
  return finished_ || (waiting_.empty() && (caught_up_ || !begun_ || done_ < head_));
}

void live_stream::check_caught_up(std::string& out) {
  if (caught_up_ || !begun_ || done_ < head_)
    return;
  caught_up_ = true;
  if (settings_.has_markers)
    append_sse_marker(out, "caught-up", "{\"sequence\":" + std::to_string(done_) + "}");
  if (settings_.stops_when_caught_up)
    finished_ = true;
}

void live_stream::render_event(std::string& out, std::string_view envelope,
                               sequence_number sequence) {
  if (settings_.render) {
    const auto data = settings_.render(envelope);
    if (data.empty())
      return;
    append_sse_event(out, data, sequence);
  } else {
    append_tail_event(out, envelope, bus_json_, sequence);
  }
  if (++count_ == settings_.count_max)
    finished_ = true;
}

void live_stream::render(std::string& out, std::size_t bytes_max, std::uint32_t& credit) {
  const auto limit = out.size() + bytes_max;
  check_caught_up(out);
  while (!waiting_.empty() && !finished_) {
    auto& next = waiting_.front();
    if (at_ == 0 && next.expired > 0 && settings_.has_markers && next.to > done_)
      append_sse_marker(out, "gap",
                        "{\"after\":" + std::to_string(next.from)
                            + ",\"to\":" + std::to_string(next.to)
                            + ",\"expired\":" + std::to_string(next.expired) + "}");
    while (at_ < next.events.size() && !finished_ && out.size() < limit) {
      const auto& event = next.chunk->events().at(next.events[at_++]);
      ++credit;
      if (event.sequence <= done_)
        continue; // portions may overlap
      render_event(out, next.chunk->envelope(event), event.sequence);
      done_ = event.sequence;
    }
    if (at_ < next.events.size() && !finished_)
      return;
    if (!finished_ && next.to > done_)
      done_ = next.to;
    waiting_.pop_front();
    at_ = 0;
    if (!finished_)
      check_caught_up(out);
    if (out.size() >= limit)
      return;
  }
  if (finished_)
    waiting_.clear();
}

} // namespace baseplate::gateway
