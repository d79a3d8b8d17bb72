#include "actors/journal/request.hpp"

#include "messages/caf/interfaces/journal.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/mailbox_element.hpp>

namespace baseplate::journal {

namespace {

constexpr std::size_t message_bytes = 128;

std::size_t size_of(const std::vector<dead_letter>& letters) {
  std::size_t sum = 0;
  for (const auto& x : letters)
    sum += 48 + x.condition.size() + x.reason.size() + x.envelope.size();
  return sum;
}

std::size_t size_of(const event_batch& x) {
  return x.bytes.size() + 8 * x.events.size() + 48;
}

} // namespace

std::size_t size_of(const caf::message& content) {
  auto sum = message_bytes;
  if (content.match_elements<commit>()) {
    const auto& x = content.get_as<commit>(0);
    sum += size_of(x.emitted) + size_of(x.dead_letters);
    for (const auto& state : x.states)
      sum += 8 + state.key.size() + (state.value ? state.value->size() : 0);
    for (const auto& timer : x.timers)
      sum += 24 + timer.row.key.size() + timer.row.name.size();
    for (const auto& timer : x.fired)
      sum += 40 + timer.row.key.size() + timer.row.name.size();
  } else if (content.match_elements<publish>()) {
    sum += size_of(content.get_as<publish>(0).batch);
  } else if (content.match_elements<acknowledge>()) {
    const auto& x = content.get_as<acknowledge>(0);
    sum += 24 * x.exceptions.size() + size_of(x.dead_letters);
  }
  return sum;
}

void tell(const caf::strong_actor_ptr& to, caf::message content) {
  if (to)
    to->get()->enqueue(
        caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::move(content)),
        nullptr);
}

} // namespace baseplate::journal
