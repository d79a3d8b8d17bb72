#include "app/config/squad_options.hpp"

#include "messages/event.hpp"

#include <algorithm>

namespace baseplate::app {

namespace json = boost::json;

namespace {

bool is_name(std::string_view text, std::size_t size_max, std::string_view extra) {
  return !text.empty() && text.size() <= size_max
         && std::all_of(text.begin(), text.end(), [&](char c) {
              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || extra.find(c) != std::string_view::npos;
            });
}

void read_description(object_reader& reader) {
  std::string description;
  reader.text("description", description, 0);
}

void read_buses(object_reader& squad, squad_options& out) {
  for (auto& [name, value] : squad.members("buses")) {
    auto pointer = child_pointer("/buses", name);
    object_reader bus{*value, pointer, squad.faults()};
    read_description(bus);
    bus_spec spec;
    spec.name = name;
    if (!is_name(name, 256, "._-/"))
      squad.faults().push_back(
          {pointer, "a bus is named with 1 to 256 characters of A-Z a-z 0-9 . _ - /"});
    else if (name == "baseplate.system")
      squad.faults().push_back({pointer, "is the node's own bus and cannot be declared"});
    bus.number("retention_age_s", spec.retention_age_s, 0, 100ull * 366 * 86'400);
    bus.number("retention_bytes", spec.retention_bytes, 0, 1ull << 50);
    bus.finish();
    out.buses.push_back(std::move(spec));
  }
}

void read_bus_reference(object_reader& reader, std::string& bus, squad_options& out) {
  if (reader.text("bus", bus, 0, 256))
    out.bus_references.push_back({bus, reader.pointer_to("bus")});
}

void read_start(object_reader& reader, start_position& start, unix_ms& time) {
  std::string text;
  if (!reader.text("start", text, 0))
    return;
  if (text == "latest") {
    start = start_position::latest;
  } else if (text == "oldest") {
    start = start_position::oldest;
  } else if (auto parsed = from_rfc3339(text); parsed >= 0) {
    start = start_position::time;
    time = parsed;
  } else {
    reader.fault("start", "must be latest, oldest, or a time such as 2026-01-31T12:00:00Z");
  }
}

void read_lag(object_reader& reader, lag_policy& lag) {
  std::size_t index = 0;
  if (reader.choice("lag", index, {"hold", "expire"}))
    lag = index == 0 ? lag_policy::hold : lag_policy::expire;
}

void add_faults(std::vector<option_fault> found, const std::string& pointer, fault_list& faults) {
  for (auto& fault : found)
    faults.push_back({pointer + fault.pointer, std::move(fault.reason)});
}

void read_groups(object_reader& squad, const std::string& squad_name, const config_checks& checks,
                 squad_options& out) {
  for (auto& [name, value] : squad.members("groups")) {
    auto pointer = child_pointer("/groups", name);
    object_reader reader{*value, pointer, squad.faults()};
    group_config group;
    group.name = name;
    group.squad = squad_name;
    if (!is_name(name, 64, "._-"))
      squad.faults().push_back(
          {pointer, "a group is named with 1 to 64 characters of A-Z a-z 0-9 . _ -"});
    read_description(reader);
    read_bus_reference(reader, group.bus, out);
    read_start(reader, group.start, group.start_time_ms);
    read_lag(reader, group.lag);
    reader.boolean("paused", group.paused);
    reader.number("credit_events", group.credit_events, 1, 65'536);
    reader.number("quarantine_after", group.quarantine_after, 1, 100);
    reader.number("commits_in_flight_max", group.commits_in_flight_max, 1, 16);
    reader.number("batch_events_max", group.batch_events_max, 1, 65'536);
    reader.number("cached_keys_max", group.cached_keys_max, 16, 10'000'000);
    reader.milliseconds("watermark_idle_ms", group.watermark_idle, 1000, 30ull * 86'400'000);
    if (auto options = reader.take("options")) {
      auto where = reader.pointer_to("options");
      if (auto resolved = resolve_secrets(*options, where, checks, squad.faults());
          resolved.is_object())
        group.options = std::move(resolved.get_object());
      else
        reader.fault("options", "must be an object, is " + std::string{kind_name(resolved)});
    }
    if (checks.group_options)
      for (auto& fault : checks.group_options(name, group.options))
        squad.faults().push_back(
            {fault.pointer.empty() ? pointer : reader.pointer_to("options") + fault.pointer,
             std::move(fault.reason)});
    reader.finish();
    out.groups.push_back(std::move(group));
  }
}

void read_retry(object_reader& subscriber, retry_policy& out) {
  auto value = subscriber.take("retry");
  if (!value)
    return;
  object_reader retry{*value, subscriber.pointer_to("retry"), subscriber.faults()};
  retry.number("retry_attempts_max", out.retry_attempts_max, 0, 185);
  retry.number("event_age_max_s", out.event_age_max_s, 60, 86'400);
  retry.number("backoff_ms", out.backoff_ms, 1, 3'600'000);
  retry.number("backoff_max_ms", out.backoff_max_ms, 1, 3'600'000);
  if (out.backoff_max_ms < out.backoff_ms)
    retry.fault("backoff_max_ms",
                "must not be below backoff_ms, " + std::to_string(out.backoff_ms));
  retry.finish();
}

void read_pattern(object_reader& subscriber, subscriber_spec& out, const config_checks& checks) {
  auto value = subscriber.take("pattern");
  if (!value)
    return;
  if (!value->is_object()) {
    subscriber.fault("pattern", "must be an object, is " + std::string{kind_name(*value)});
    return;
  }
  out.pattern = json::serialize(*value);
  if (checks.pattern)
    add_faults(checks.pattern(out.pattern), subscriber.pointer_to("pattern"), subscriber.faults());
}

void read_target(object_reader& subscriber, subscriber_config& out, const config_checks& checks) {
  auto value = subscriber.take("target");
  if (!value) {
    subscriber.fault("target", "is missing");
    return;
  }
  auto pointer = subscriber.pointer_to("target");
  object_reader target{*value, pointer, subscriber.faults()};
  if (!target.valid())
    return;
  std::size_t kind = 0;
  if (!target.take("kind"))
    target.fault("kind", "is missing");
  if (!target.choice("kind", kind, {"http", "smtp", "log"}))
    return;
  out.spec.target = kind == 0   ? target_kind::http
                    : kind == 1 ? target_kind::smtp
                                : target_kind::log;
  auto settings = value->get_object();
  settings.erase("kind");
  if (!settings.empty())
    out.spec.target_json = json::serialize(settings);
  auto before = subscriber.faults().size();
  out.target = resolve_secrets(settings, pointer, checks, subscriber.faults()).get_object();
  if (subscriber.faults().size() == before && checks.target)
    add_faults(checks.target(out.spec.target, out.target), pointer, subscriber.faults());
}

void read_subscribers(object_reader& squad, const std::string& squad_name,
                      const config_checks& checks, squad_options& out) {
  for (auto& [name, value] : squad.members("subscribers")) {
    auto pointer = child_pointer("/subscribers", name);
    object_reader reader{*value, pointer, squad.faults()};
    subscriber_config subscriber;
    subscriber.squad = squad_name;
    auto& spec = subscriber.spec;
    spec.name = name;
    if (!is_name(name, 64, "._-"))
      squad.faults().push_back(
          {pointer, "a subscriber is named with 1 to 64 characters of A-Z a-z 0-9 . _ -"});
    read_description(reader);
    read_bus_reference(reader, spec.bus, out);
    read_pattern(reader, spec, checks);
    read_target(reader, subscriber, checks);
    read_start(reader, spec.start, spec.start_time_ms);
    read_lag(reader, spec.lag);
    read_retry(reader, spec.retry);
    reader.boolean("paused", spec.paused);
    reader.number("credit_events", spec.credit_events, 1, 65'536);
    if (reader.text("ordering_key", spec.ordering_key, 0) && !is_json_pointer(spec.ordering_key))
      reader.fault("ordering_key",
                   "must be a JSON Pointer into the envelope, such as /detail/data/order_id");
    reader.finish();
    out.subscribers.push_back(std::move(subscriber));
  }
}

} // namespace

squad_options read_squad_options(const json::value& document, const std::string& squad,
                                 const config_checks& checks, fault_list& faults) {
  squad_options out;
  object_reader reader{document, {}, faults};
  read_description(reader);
  read_buses(reader, out);
  read_groups(reader, squad, checks, out);
  read_subscribers(reader, squad, checks, out);
  reader.finish();
  return out;
}

} // namespace baseplate::app
