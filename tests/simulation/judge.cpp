#include "tests/simulation/judge.hpp"

#include <boost/json.hpp>

namespace baseplate::simulation {

namespace json = boost::json;

judge::judge(const platter& disk, const std::vector<app::made_group>& groups) {
  std::map<std::string, bus_id> buses;
  for (auto& made : groups) {
    group::emit_context context;
    context.group = made.config.name;
    context.bus = 1;
    context.bus_by_name = [](std::string_view) { return bus_id{0}; };
    log_.know_group(made.parts.logic, std::move(context));
  }
  auto segments = disk.unlinked;
  for (auto& [name, segment] : disk.disk->snapshot())
    segments[name] = segment.bytes;
  for (auto& [name, bytes] : segments)
    log_.add_segment(bytes);
  read_orders();
}

void judge::read_orders() {
  for (auto& event : log_.events()) {
    if (event.envelope.find("\"service-checkout\"") == std::string::npos)
      continue;
    const auto envelope = json::parse(event.envelope).as_object();
    if (envelope.at("source").as_string() != "service-checkout")
      continue;
    const auto& detail = envelope.at("detail").as_object();
    const std::string type{detail.at("metadata").at("type").as_string()};
    const auto* id = detail.at("data").as_object().if_contains("order_id");
    if (!id || !id->is_string())
      continue;
    if (type != "ORDER_PLACED" && type != "ORDER_COMPLETE" && type != "ORDER_CANCELLED")
      continue;
    auto& order = orders_[std::string{id->as_string()}];
    order.placed += type == "ORDER_PLACED";
    order.complete += type == "ORDER_COMPLETE";
    order.cancelled += type == "ORDER_CANCELLED";
    if (const auto* reason = detail.at("data").as_object().if_contains("reason"))
      if (reason->is_string())
        order.reason = reason->as_string();
  }
}

std::size_t judge::open_orders() const {
  std::size_t open = 0;
  for (auto& [id, x] : orders_)
    open += x.complete + x.cancelled == 0;
  return open;
}

std::vector<std::string> judge::violations(const outside& world) const {
  auto out = log_.violations();
  for (auto& id : world.acknowledged)
    if (log_.count(id) != 1)
      out.push_back("I1: acknowledged event " + id + " is in the log "
                    + std::to_string(log_.count(id)) + " times");
  for (auto& attempt : world.attempts)
    if (log_.count(attempt.event_id) == 0)
      out.push_back("I4: " + attempt.subscriber + " was sent event " + attempt.event_id
                    + ", which is not in the log");
  for (auto& [id, x] : orders_)
    if (x.placed > 1 || x.complete + x.cancelled > 1)
      out.push_back("order " + id + " was placed " + std::to_string(x.placed) + " times and ended "
                    + std::to_string(x.complete + x.cancelled) + " times");
  return out;
}

std::vector<std::string> judge::repeated(const judge& before, const outside& world,
                                         std::uint32_t incarnation) const {
  std::vector<std::string> out;
  std::map<std::string, subscriber_id> ids;
  for (auto& [id, x] : before.log_.subscribers())
    ids[x.name] = id;
  for (auto& attempt : world.attempts) {
    if (attempt.incarnation != incarnation)
      continue;
    auto i = ids.find(attempt.subscriber);
    if (i != ids.end() && before.log_.finished(i->second, attempt.sequence))
      out.push_back("I5: " + attempt.subscriber + " was sent event "
                    + std::to_string(attempt.sequence) + " again, which it had finished");
  }
  return out;
}

std::vector<std::string> judge::conclusion(const outside& world) const {
  std::vector<std::string> out;
  std::map<std::string, std::set<sequence_number>> done;
  for (auto& attempt : world.attempts)
    if (attempt.done)
      done[attempt.subscriber].insert(attempt.sequence);
  for (auto& [id, x] : log_.subscribers()) {
    const auto matching = log_.matching(id);
    const bool group = x.spec.target == target_kind::group;
    for (auto sequence : matching) {
      if (!group && !done[x.name].count(sequence) && !x.dead.count(sequence))
        out.push_back("I4: " + x.name + " never got event " + std::to_string(sequence));
      if (!log_.finished(id, sequence))
        out.push_back("liveness: " + x.name + " has not finished event "
                      + std::to_string(sequence));
    }
    const auto accounted = x.counters.delivered + x.counters.dead_lettered + x.counters.expired;
    if (accounted != matching.size())
      out.push_back("I7: " + x.name + " accounts for " + std::to_string(accounted) + " of "
                    + std::to_string(matching.size()) + " matching events");
  }
  std::size_t complete = 0;
  for (auto& [id, x] : orders_) {
    complete += x.complete;
    const auto authorised = world.authorised(id);
    if (x.complete == 1 && authorised != true)
      out.push_back("order " + id + " is complete though its payment is not authorised");
    if (x.cancelled == 1 && authorised == true && x.reason != "payment_timeout")
      out.push_back("order " + id + " is cancelled (" + x.reason + ") though it was paid");
  }
  std::size_t acknowledgements = 0;
  for (auto& [id, count] : world.mails)
    acknowledgements += id.find("order-ack-") != std::string::npos;
  if (acknowledgements != complete)
    out.push_back(std::to_string(acknowledgements) + " orders were acknowledged by mail, "
                  + std::to_string(complete) + " are complete");
  return out;
}

std::uint64_t judge::fingerprint(const outside& world) const {
  std::uint64_t hash = 14695981039346656037ULL;
  auto mix = [&](std::string_view text) {
    for (unsigned char c : text)
      hash = (hash ^ c) * 1099511628211ULL;
  };
  for (auto& event : log_.events())
    mix(event.envelope);
  for (auto& attempt : world.attempts)
    mix(attempt.subscriber + attempt.event_id);
  return hash;
}

} // namespace baseplate::simulation
