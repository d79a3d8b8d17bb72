#include "app/cli/command_line.hpp"

#include "app/cli/check_command.hpp"
#include "app/cli/exit_code.hpp"
#include "app/cli/put_command.hpp"
#include "app/cli/rule_commands.hpp"
#include "app/cli/schema_command.hpp"
#include "app/cli/serve_command.hpp"
#include "app/cli/tail_command.hpp"
#include "app/psp_simulator/psp_simulator.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace baseplate::app {

namespace {

constexpr const char* exit_codes = "Exit codes: 0 done · 1 it ran and failed · 2 wrong command "
                                   "line or configuration · 3 no node answers "
                                   "· 130 interrupted";

/// What the chosen command does once everything is parsed.
using action = std::function<int()>;

void add_client_options(CLI::App& command, client_options& out) {
  command.add_option("--url", out.url, "The node")->capture_default_str()->envname("BASEPLATE_URL");
  command.add_option("--ca-file", out.ca_file, "PEM file of authorities to trust, for https");
}

void add_serve(CLI::App& app, const command_line_parts& parts, action& chosen) {
  auto options = std::make_shared<serve_options>();
  auto command = app.add_subcommand("serve", "Run a node");
  command->add_option("--config", options->config,
                      "Configuration directory; without it: a default bus and nothing else");
  command->add_option("--env", options->environment, "Overlay environments/NAME.json")
      ->envname("BASEPLATE_ENV");
  command->add_option("--data", options->data,
                      "Data directory (./data unless the configuration names one)");
  command->add_option("--host", options->host, "Address to bind (127.0.0.1)");
  command->add_option("--port", options->port, "Port to listen at (8080); 0 takes a free one");
  command->add_option("--log-level", options->log_level, "Least severe level to log")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "critical", "off"}));
  command->add_option("--log-format", options->log_format, "Form of log lines")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--repair", options->repair,
                    "Quarantine a damaged log segment instead of refusing to start");
  command->footer("Examples:\n"
                  "  baseplate serve\n"
                  "  baseplate serve --config config --data /var/lib/baseplate --port 8080\n"
                  "  baseplate serve --config config --env qa --log-format json\n"
                  "SIGTERM: stops taking events, finishes what is in flight, exits with 0; a "
                  "second one exits at once.");
  command->callback([options, &parts, &chosen] {
    chosen = [options, &parts] { return run_serve(*options, parts); };
  });
}

void add_check(CLI::App& app, const command_line_parts& parts, action& chosen) {
  auto options = std::make_shared<check_options>();
  auto command = app.add_subcommand("check", "Validate a configuration directory");
  command->add_option("directory,--config", options->directory, "Configuration directory")
      ->required();
  command->add_option("--env", options->environment, "Overlay environments/NAME.json")
      ->envname("BASEPLATE_ENV");
  command->add_flag("--without-secrets", options->without_secrets,
                    "Do not require the secrets that it refers to");
  command->add_flag("--json", options->json,
                    "{\"ok\", \"errors\": [{\"file\", \"pointer\", \"reason\"}]} on stdout");
  command->footer("Lists every fault with its file, JSON Pointer and reason, and exits with 2 if "
                  "there is one.\n"
                  "Examples:\n"
                  "  baseplate check config\n"
                  "  baseplate check config --env prod --without-secrets --json");
  command->callback([options, &parts, &chosen] {
    chosen = [options, &parts] { return run_check(*options, parts.checks); };
  });
}

void add_put(CLI::App& app, action& chosen) {
  auto options = std::make_shared<put_options>();
  auto command = app.add_subcommand("put", "Send the lines of a file as events");
  command->add_option("file", options->file, "JSON Lines, plain or gzip; - is stdin")
      ->capture_default_str();
  add_client_options(*command, options->client);
  command->add_option("--bus", options->lines.bus,
                      "The bus for every line; else the one that a line names, else default");
  command->add_option("--source", options->lines.source, "Source of lines that name none");
  command->add_option("--detail-type", options->lines.detail_type,
                      "Detail type of lines that name none");
  command->add_option("--batch", options->batch_events, "Events in a request at most")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command
      ->add_option("--connections", options->connections,
                   "Requests at once; with more than one, batches overtake one another")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command
      ->add_option("--rate", options->rate,
                   "Events per second at most; 0: as fast as the node takes them")
      ->check(CLI::Range(0.0, 1e9))
      ->capture_default_str();
  command
      ->add_option("--retry-for", options->retry_for_ms,
                   "How long to try again without any success, e.g. 60s")
      ->transform(CLI::AsNumberWithUnit(
          std::map<std::string, std::int64_t>{{"ms", 1}, {"s", 1000}, {"m", 60'000}}))
      ->default_str("60s");
  command->add_flag("--json", options->json,
                    "{\"sent\", \"accepted\", \"failed\", \"retries\", \"seconds\", \"rate\", "
                    "\"errors\"} on stdout");
  command->add_flag("--quiet", options->quiet, "No progress");
  command->footer("A line is one of\n"
                  "  {\"source\", \"detail-type\", \"detail\": {..}, ...}     an event; also what "
                  "`tail --json` prints\n"
                  "  {\"Source\", \"DetailType\", \"Detail\": \"{..}\", ...}    a PutEvents entry\n"
                  "  {\"meta_data\": {..}, \"data\": {..}}                  the streaming form: "
                  "the line is the detail,\n"
                  "                                                     meta_data.event_type the "
                  "detail type, meta_data.site_id the source\n"
                  "  any object, with --source and --detail-type        the line is the detail\n"
                  "Delivery is at least once: every event has an id before it is sent, and a batch "
                  "whose answer was lost (or that got\n"
                  "429 or 5xx) is sent again with the same ids.\n"
                  "Examples:\n"
                  "  baseplate put events.jsonl.gz\n"
                  "  zcat events.gz | baseplate put --rate 500 --bus orders\n"
                  "  baseplate put orders.jsonl --source shop --detail-type order --json");
  command->callback([options, &chosen] { chosen = [options] { return run_put(*options); }; });
}

void add_tail(CLI::App& app, action& chosen) {
  auto options = std::make_shared<tail_options>();
  auto no_follow = std::make_shared<bool>(false);
  auto command = app.add_subcommand("tail", "Print what the log of a bus holds, and follow it");
  add_client_options(*command, options->client);
  command->add_option("--bus", options->bus, "The bus")->capture_default_str();
  command
      ->add_option("--from", options->from,
                   "latest, oldest, a sequence, or a time such as 2026-01-31T12:00:00Z")
      ->capture_default_str();
  command->add_option("--count", options->count, "End after so many events; 0: never")
      ->capture_default_str();
  command->add_option("--pattern", options->pattern, "Event pattern: only events that match");
  command->add_flag("--no-follow", *no_follow, "End at what is the end of the log now");
  command->add_flag("--json", options->json,
                    "One event a line: the envelope with bus and sequence");
  command->footer("It goes on behind the last event when the node was away.\n"
                  "Examples:\n"
                  "  baseplate tail\n"
                  "  baseplate tail --from oldest --count 10 --json\n"
                  "  baseplate tail --pattern '{\"detail-type\": [\"order_complete\"]}'\n"
                  "  baseplate tail --bus baseplate.system --from oldest --no-follow");
  command->callback([options, no_follow, &chosen] {
    options->follow = !*no_follow;
    chosen = [options] { return run_tail(*options); };
  });
}

void add_schema(CLI::App& app, action& chosen) {
  struct schema_options {
    std::string name;
    bool sample = false;
    bool json = false;
  };

  auto options = std::make_shared<schema_options>();
  auto command
      = app.add_subcommand("schema", "Print the JSON Schema of a message, or list the messages");
  command->add_option("type", options->name,
                      "Name of the message or detail type of the event; without it: the list");
  command->add_flag("--sample", options->sample, "An example in place of the schema");
  command->add_flag("--json", options->json, "On one line; the list as an array");
  command->footer("Examples:\n"
                  "  baseplate schema\n"
                  "  baseplate schema order_placed\n"
                  "  baseplate schema commit --sample");
  command->callback([options, &chosen] {
    chosen = [options] { return run_schema(options->name, options->sample, options->json); };
  });
}

void add_psp_simulator(CLI::App& app, action& chosen) {
  using psp_simulator::psp_simulator_options;
  auto options = std::make_shared<psp_simulator_options>();
  auto command = app.add_subcommand("psp-simulator", "Run a payment provider to test against");
  command->add_option("--host", options->address, "Address to bind")->capture_default_str();
  command->add_option("--port", options->port, "Port to listen at; 0 takes a free one")
      ->capture_default_str();
  command
      ->add_option("--webhook-url", options->webhook_url, "Where webhooks go; empty: none are sent")
      ->capture_default_str();
  command
      ->add_option("--secret", options->webhook_secrets,
                   "Secret to sign webhooks with; twice while one is rotated")
      ->expected(1)
      ->take_all()
      ->envname("PSP_WEBHOOK_SECRET");
  command->add_option("--data", options->data_file,
                      "File of payments; without it a restart forgets");
  auto& plan = options->plan;
  command->add_option("--seed", plan.seed, "Let chance decide, by this seed");
  command->add_option("--decline", plan.decline, "Probability that a payment is declined")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--duplicate", plan.duplicate, "Probability that notices come twice")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--reorder", plan.reorder, "Probability that notices come in another order")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--drop", plan.drop, "Probability that no notice comes at all")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--delay-min", plan.delay_ms_min, "Least delay of a notice, ms")
      ->check(CLI::Range(0, 86'400'000));
  command->add_option("--delay-max", plan.delay_ms_max, "Largest delay of a notice, ms")
      ->check(CLI::Range(0, 86'400'000));
  command->footer(
      "Without --seed and probabilities the last two digits of the amount decide:\n"
      "  01 decline · 02 duplicate · 03 reorder · 04 drop · 05 delay · 06 charge back · 07 "
      "duplicate and reorder\n"
      "Examples:\n"
      "  baseplate psp-simulator\n"
      "  baseplate psp-simulator --seed 7 --decline 0.1 --duplicate 0.2 --data payments.jsonl");
  command->callback([options, &chosen] {
    chosen = [options] { return psp_simulator::run_psp_simulator(*options); };
  });
}

void add_version(CLI::App& app, action& chosen) {
  auto as_json = std::make_shared<bool>(false);
  auto command = app.add_subcommand("version", "Print the version");
  command->add_flag("--json", *as_json, "{\"version\"} on stdout");
  command->footer("Example:\n  baseplate version --json");
  command->callback([as_json, &chosen] {
    chosen = [as_json] {
      std::printf(*as_json ? "{\"version\":\"%s\"}\n" : "baseplate %s\n", BASEPLATE_VERSION);
      return static_cast<int>(exit_ok);
    };
  });
}

} // namespace

int run_command_line(int argc, const char* const* argv, const command_line_parts& parts) {
  CLI::App app{
      "An event-driven backbone in one binary: events in, kept, routed to supervised services."};
  app.name("baseplate");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string{"baseplate " BASEPLATE_VERSION});
  app.footer(std::string{"baseplate COMMAND --help says more, with examples.\n"} + exit_codes);
  action chosen;
  add_serve(app, parts, chosen);
  add_check(app, parts, chosen);
  add_put(app, chosen);
  add_tail(app, chosen);
  add_test(app, chosen);
  add_transform(app, chosen);
  add_schema(app, chosen);
  add_psp_simulator(app, chosen);
  add_version(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  try {
    return chosen();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return exit_failure;
  }
}

} // namespace baseplate::app
