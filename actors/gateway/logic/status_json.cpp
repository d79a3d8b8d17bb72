#include "actors/gateway/logic/status_json.hpp"

#include "messages/event.hpp"

namespace baseplate::gateway {

namespace {

/// Writes an object's members in order.
class object_writer {
 public:
  explicit object_writer(std::string& out) : out_(out) { out_ += '{'; }

  object_writer& text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(out_, value);
    return *this;
  }

  object_writer& number(std::string_view name, std::uint64_t value) {
    return raw(name, std::to_string(value));
  }

  object_writer& flag(std::string_view name, bool value) {
    return raw(name, value ? "true" : "false");
  }

  object_writer& raw(std::string_view name, std::string_view json) {
    key(name);
    out_ += json;
    return *this;
  }

  void end() { out_ += '}'; }

 private:
  void key(std::string_view name) {
    if (out_.back() != '{')
      out_ += ',';
    append_json_string(out_, name);
    out_ += ':';
  }

  std::string& out_;
};

} // namespace

std::string render_status(const bus_status& status) {
  std::string buses = "[";
  for (auto& bus : status.buses) {
    if (buses.size() > 1)
      buses += ',';
    object_writer(buses)
        .text("name", bus.name)
        .number("accepted", bus.accepted)
        .number("matched_none", bus.matched_none)
        .end();
  }
  buses += ']';
  std::string subscribers = "[";
  for (auto& one : status.subscribers) {
    if (subscribers.size() > 1)
      subscribers += ',';
    object_writer(subscribers)
        .text("name", one.name)
        .text("bus", one.bus)
        .flag("paused", one.paused)
        .flag("connected", one.connected)
        .number("position", one.position)
        .number("cursor", one.cursor)
        .number("matched", one.matched)
        .number("delivered", one.delivered)
        .number("dead_lettered", one.dead_lettered)
        .number("expired", one.expired)
        .number("pending", one.pending)
        .end();
  }
  subscribers += ']';
  std::string out;
  object_writer(out)
      .number("head", status.head)
      .number("durable", status.durable)
      .number("ring_bytes", status.ring_bytes)
      .raw("buses", buses)
      .raw("subscribers", subscribers)
      .end();
  return out;
}

std::string render_dead_letters(std::string_view subscriber,
                                const std::vector<dead_letter>& letters, std::size_t page_max) {
  std::string list = "[";
  for (auto& letter : letters) {
    if (list.size() > 1)
      list += ',';
    object_writer(list)
        .number("sequence", letter.sequence)
        .text("condition", letter.condition)
        .text("reason", letter.reason)
        .number("attempts", letter.attempts)
        .text("at", to_rfc3339(letter.at_ms))
        .raw("event", letter.envelope.empty() ? std::string_view{"null"} : letter.envelope)
        .end();
  }
  list += ']';
  std::string out;
  object_writer(out)
      .text("subscriber", subscriber)
      .raw("dead_letters", list)
      .raw("next_after", letters.size() >= page_max && !letters.empty()
                             ? std::to_string(letters.back().sequence)
                             : std::string{"null"})
      .end();
  return out;
}

} // namespace baseplate::gateway
