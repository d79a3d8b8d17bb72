#include "app/system_reporter.hpp"

#include "actors/supervision/handlers.hpp"

#include <boost/json.hpp>
#include <caf/all.hpp>

namespace baseplate::app {

namespace {

/// Stays inside the process.
struct reported {
  std::shared_ptr<const supervision::supervision_report> report;
};

} // namespace

} // namespace baseplate::app

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(baseplate::app::reported)

namespace baseplate::app {

namespace {

std::string detail_of(const supervision::supervision_report& x) {
  return boost::json::serialize(boost::json::object{
      {"path", x.path},
      {"child", x.child},
      {"reason", x.reason},
      {"restart_count", x.restart_count},
      {"window_count", x.window_count},
      {"strategy", std::string{to_string(x.strategy)}},
      {"delay_ms", x.delay_ms},
  });
}

class system_reporter : public caf::event_based_actor {
 public:
  system_reporter(caf::actor_config& config, system_reporter_parts parts)
      : caf::event_based_actor(config), parts_(std::move(parts)) {}

  const char* name() const override { return "system_reporter"; }

  caf::behavior make_behavior() override {
    supervision::install_default_handlers(this);
    return {
        [this](const reported& x) { on_report(*x.report); },
        [](const published&) {},
        [](const publish_refused&) {},
    };
  }

  void on_exit() override { parts_.journal = journal_actor{}; }

 private:
  void on_report(const supervision::supervision_report& x) {
    const auto bus = parts_.names->bus("baseplate.system");
    if (!bus)
      return; // the node is only just starting: nothing is declared yet
    const auto now = parts_.now();
    const auto id = named_uuid("baseplate.supervision/" + x.path + '/' + x.child + '/'
                               + std::to_string(now) + '/' + std::to_string(++count_));
    const auto time = to_rfc3339(now);
    const auto type = std::string{to_string(x.event)};
    const auto detail = detail_of(x);
    envelope_parts parts;
    parts.id = id;
    parts.source = "baseplate.supervision";
    parts.detail_type = type;
    parts.account = parts_.account;
    parts.region = parts_.region;
    parts.time = time;
    parts.detail = detail;
    publish out;
    append_envelope(out.batch.bytes, parts);
    out.batch.events.push_back({*bus, static_cast<std::uint32_t>(out.batch.bytes.size())});
    out.batch.ingested_at_ms = now;
    send(parts_.journal, std::move(out));
  }

  system_reporter_parts parts_;
  std::uint64_t count_ = 0;
};

} // namespace

caf::actor spawn_system_reporter(caf::actor_system& system, system_reporter_parts parts) {
  return system.spawn<system_reporter>(std::move(parts));
}

supervision::report_function report_to(caf::actor reporter,
                                       std::shared_ptr<supervision_stats> stats) {
  return [reporter = std::move(reporter),
          stats = std::move(stats)](const supervision::supervision_report& x) {
    stats->events.at(static_cast<std::size_t>(x.event)).fetch_add(1, std::memory_order_relaxed);
    caf::anon_send(reporter, reported{std::make_shared<const supervision::supervision_report>(x)});
  };
}

} // namespace baseplate::app
